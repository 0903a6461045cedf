ALTER TABLE messages DROP COLUMN give_up_at;
ALTER TABLE messages DROP COLUMN answer_ru;
ALTER TABLE messages DROP COLUMN answer_code;

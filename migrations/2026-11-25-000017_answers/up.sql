-- What a message's last answer means, where the words are ours and no mail server's, and the same words in Russian:
-- `last_answer` holds the English ones, or the server's own.
ALTER TABLE messages ADD COLUMN answer_code TEXT;
ALTER TABLE messages ADD COLUMN answer_ru TEXT;

-- After this a message is tried no more (M15); without it, for three days.
ALTER TABLE messages ADD COLUMN give_up_at BIGINT;

ALTER TABLE notices DROP COLUMN generation;
ALTER TABLE messages DROP COLUMN may_have_left;

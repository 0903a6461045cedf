-- Whether its body had begun to leave when the connection broke: it may have arrived, though it is tried again.
ALTER TABLE messages ADD COLUMN may_have_left BOOLEAN NOT NULL DEFAULT FALSE;

-- Raised when the nominee's notice goes to another address, so that the link in the former one dies.
ALTER TABLE notices ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

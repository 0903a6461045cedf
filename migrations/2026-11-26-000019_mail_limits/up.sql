-- How often a mailbox was written to about what somebody typed, and how often somebody had others written to. The key is
-- what is counted, with the keyed digest of the mailbox.
CREATE TABLE mail_counts (
  key TEXT NOT NULL PRIMARY KEY,
  counted BIGINT NOT NULL,
  -- When the first of these was asked for, and the last letter queued.
  since BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  -- From then on the row says nothing, and is deleted.
  forget_at BIGINT NOT NULL
);
CREATE INDEX mail_counts_forget ON mail_counts (forget_at);

-- Links beyond the limit: they wait for the next letter to their mailbox, which holds them all.
CREATE TABLE mail_waiting (
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (kind, about)
);
CREATE INDEX mail_waiting_key ON mail_waiting (key);

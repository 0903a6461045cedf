-- What is to be said: finished bytes, sealed, with how far they have come.
CREATE TABLE messages (
  id TEXT NOT NULL PRIMARY KEY,
  edition TEXT,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  once_key TEXT UNIQUE,
  priority INTEGER NOT NULL,
  state TEXT NOT NULL,
  recipient_digest TEXT NOT NULL,
  domain TEXT NOT NULL,
  envelope TEXT NOT NULL,
  message_id TEXT NOT NULL,
  bytes TEXT,
  size BIGINT NOT NULL,
  queued_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  lease_owner TEXT,
  lease_until BIGINT,
  last_answer TEXT,
  ended_at BIGINT
);
CREATE INDEX messages_due ON messages (priority, next_attempt_at) WHERE state = 'queued';
CREATE INDEX messages_leased ON messages (lease_until) WHERE state = 'sending';
CREATE INDEX messages_kept ON messages (ended_at) WHERE ended_at IS NOT NULL AND bytes IS NOT NULL;
CREATE INDEX messages_about ON messages (about, kind);
CREATE INDEX messages_edition ON messages (edition, state, id);

-- Addresses that must not be written to: a bounce, a complaint, "never again". Kept as keyed digests.
CREATE TABLE suppressions (
  recipient_digest TEXT NOT NULL PRIMARY KEY,
  why TEXT NOT NULL,
  at BIGINT NOT NULL
);

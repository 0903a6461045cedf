-- Answers to requests that carried an Idempotency-Key, kept for 24 hours (S-HTTP-11).
CREATE TABLE idempotency (
  scope TEXT NOT NULL PRIMARY KEY,
  body_digest TEXT NOT NULL,
  answer TEXT NOT NULL,
  kept_at BIGINT NOT NULL
);
CREATE INDEX idempotency_kept_at ON idempotency (kept_at);

-- What one installation knows of itself: the key id of the secret in use, the last heartbeat.
CREATE TABLE installation (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

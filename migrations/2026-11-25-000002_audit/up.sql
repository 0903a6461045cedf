-- What happened. Number and hash are given by the sealer; a row without them waits for it.
CREATE TABLE audit_events (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  act TEXT NOT NULL,
  edition TEXT,
  subject TEXT NOT NULL,
  request TEXT,
  detail TEXT NOT NULL,
  number BIGINT UNIQUE,
  hash TEXT
);
CREATE INDEX audit_events_subject ON audit_events (subject);
CREATE INDEX audit_events_unsealed ON audit_events (id) WHERE number IS NULL;

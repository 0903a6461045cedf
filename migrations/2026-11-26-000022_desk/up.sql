-- What organisers do so that a nomination can be read safely: a person at risk, and words that judges do not see.
CREATE TABLE safeguards (
  nomination TEXT NOT NULL PRIMARY KEY REFERENCES nominations (id),
  sensitive BOOLEAN NOT NULL,
  reason TEXT,
  redactions TEXT NOT NULL,
  version BIGINT NOT NULL
);

-- What organisers ask a nominator, and the answer.
CREATE TABLE questions (
  id TEXT NOT NULL PRIMARY KEY,
  nomination TEXT NOT NULL REFERENCES nominations (id),
  text TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  answer TEXT,
  answered_at BIGINT
);
CREATE INDEX questions_of ON questions (nomination, id);

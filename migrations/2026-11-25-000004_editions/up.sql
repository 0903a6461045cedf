-- An edition of the awards: its whole description is one document, read and checked as one. `revision` is its
-- digest: under it a process keeps the document that it has parsed. `frozen_at` is when the first
-- sheet was submitted: criteria, weights and panels stay from then on.
CREATE TABLE editions (
  id TEXT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL,
  version BIGINT NOT NULL,
  revision TEXT NOT NULL,
  opens_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  frozen_at BIGINT,
  sealed_at BIGINT,
  released_at BIGINT
);

-- An edition of the awards: its whole description is one document, read and checked as one. `revision` is random and
-- drawn anew with each save: under it a process keeps the document that it has parsed.
CREATE TABLE editions (
  id TEXT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL,
  version BIGINT NOT NULL,
  revision TEXT NOT NULL,
  opens_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  sealed_at BIGINT,
  released_at BIGINT
);

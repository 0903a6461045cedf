-- An edition of the awards: its whole description is one document, read and checked as one.
CREATE TABLE editions (
  id TEXT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL,
  version BIGINT NOT NULL,
  opens_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  sealed_at BIGINT,
  released_at BIGINT
);

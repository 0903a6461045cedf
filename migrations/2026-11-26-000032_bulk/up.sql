-- Nominations that came in by a file and whose nominator and supporters are not written to yet: written with them, in their
-- own transaction, and taken away in that of the letters, slice by slice.
CREATE TABLE mail_owed (
  nomination TEXT NOT NULL PRIMARY KEY REFERENCES nominations (id),
  since BIGINT NOT NULL
);

-- A file that an organiser has uploaded and looks at before taking it in: sealed, one a person, for an hour.
CREATE TABLE import_files (
  edition TEXT NOT NULL REFERENCES editions (id),
  account TEXT NOT NULL REFERENCES accounts (id),
  sealed TEXT NOT NULL,
  uploaded_at BIGINT NOT NULL,
  PRIMARY KEY (edition, account)
);
CREATE INDEX import_files_age ON import_files (uploaded_at);

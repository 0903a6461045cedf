CREATE TABLE announcements (
  edition TEXT NOT NULL PRIMARY KEY REFERENCES editions (id),
  digest TEXT NOT NULL,
  scheduled_at BIGINT,
  scheduled_by TEXT,
  stopped_at BIGINT,
  stopped_by TEXT
);

-- Who said that they have read the messages, and which bytes those were.
CREATE TABLE preview_reads (
  edition TEXT NOT NULL REFERENCES editions (id),
  account TEXT NOT NULL REFERENCES accounts (id),
  digest TEXT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (edition, account, digest)
);

CREATE TABLE replies (
  nomination TEXT NOT NULL PRIMARY KEY REFERENCES nominations (id),
  answer TEXT NOT NULL,
  document TEXT NOT NULL,
  note TEXT,
  version BIGINT NOT NULL,
  replied_at BIGINT NOT NULL
);

-- Who telephones a winner that no mail reaches (G2).
CREATE TABLE callers (
  nomination TEXT NOT NULL PRIMARY KEY REFERENCES nominations (id),
  person TEXT NOT NULL,
  phone TEXT NOT NULL,
  caller TEXT NOT NULL REFERENCES accounts (id),
  version BIGINT NOT NULL
);

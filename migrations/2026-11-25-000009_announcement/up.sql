-- How far the announcement of an edition's seal has come; a new seal begins anew.
CREATE TABLE announcements (
  edition TEXT NOT NULL PRIMARY KEY REFERENCES editions (id),
  seal TEXT NOT NULL,
  sealed_at BIGINT NOT NULL,
  -- The digest of all prepared letters: what readers say that they have read.
  digest TEXT NOT NULL,
  scheduled_at BIGINT,
  scheduled_by TEXT,
  stopped_at BIGINT,
  stopped_by TEXT,
  -- Why an approver last let everything go on.
  resumed_reason TEXT,
  -- How many of the two rounds of reminders are done.
  chased INTEGER NOT NULL
);

-- What a seal has prepared: which message tells whom of what, and what the guards must know of it. A letter that is
-- corrected gives its place to another; what has left stays.
CREATE TABLE outcome_letters (
  message TEXT NOT NULL PRIMARY KEY REFERENCES messages (id),
  edition TEXT NOT NULL REFERENCES editions (id),
  sealed_at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  -- The decided nomination; none where the letter tells of the whole edition.
  nomination TEXT REFERENCES nominations (id),
  reader TEXT NOT NULL,
  -- The row through which we know the reader: nomination, supporter, account.
  about TEXT NOT NULL,
  leaves TEXT NOT NULL,
  recipient_digest TEXT NOT NULL,
  domain TEXT NOT NULL,
  languages TEXT NOT NULL,
  zones TEXT NOT NULL,
  bytes_digest TEXT NOT NULL,
  lacks TEXT NOT NULL
);
CREATE INDEX outcome_letters_of ON outcome_letters (edition, sealed_at, message);
CREATE INDEX outcome_letters_about ON outcome_letters (nomination, kind);

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
  edition TEXT NOT NULL REFERENCES editions (id),
  document TEXT NOT NULL,
  -- The organisers' words where they recorded it.
  note TEXT,
  version BIGINT NOT NULL,
  replied_at BIGINT NOT NULL
);
CREATE INDEX replies_of ON replies (edition, nomination);

-- Who telephones a winner that no mail reaches (G2).
CREATE TABLE callers (
  nomination TEXT NOT NULL PRIMARY KEY REFERENCES nominations (id),
  edition TEXT NOT NULL REFERENCES editions (id),
  person TEXT NOT NULL,
  phone TEXT NOT NULL,
  caller TEXT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX callers_of ON callers (edition, nomination);

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  -- The address in one spelling, by which somebody signs in.
  email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  organisation TEXT,
  password TEXT,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

-- A person's part in an edition.
CREATE TABLE roles (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id),
  edition TEXT NOT NULL REFERENCES editions (id),
  role TEXT NOT NULL,
  panel TEXT,
  capacity INTEGER,
  reads TEXT NOT NULL,
  invitation INTEGER NOT NULL,
  invited_at BIGINT NOT NULL,
  accepted_at BIGINT,
  removed_at BIGINT,
  removed_sheets TEXT,
  removed_reason TEXT,
  UNIQUE (account, edition, role)
);
CREATE INDEX roles_edition ON roles (edition, role);

-- A sign-in and its chain of refresh tokens, of which only digests are kept. `spent_*` and `repeat_*` are of the last
-- renewal: the token that it replaced, and its sealed answer for a client that did not get it.
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id),
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  refresh_digest TEXT NOT NULL,
  spent_digest TEXT,
  repeat_key TEXT,
  repeat_answer TEXT,
  ended_at BIGINT
);
CREATE INDEX sessions_account ON sessions (account);

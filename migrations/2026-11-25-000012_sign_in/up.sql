-- Failed sign-ins. Each row counts under a keyed digest of what was typed: the address with the client's network, the
-- address alone, the address in a browser that is known. An address that has no account is counted like one that has.
CREATE TABLE sign_in_failures (
  key TEXT NOT NULL PRIMARY KEY,
  -- The digest of the address alone, by which a new password forgets all its rows.
  address_key TEXT NOT NULL,
  -- Failures since the last success.
  in_a_row INTEGER NOT NULL,
  -- Failures of the stretch that began at `recent_since`.
  recent INTEGER NOT NULL,
  recent_since BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  -- From then on the row says nothing, and is deleted.
  forget_at BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_address ON sign_in_failures (address_key);
CREATE INDEX sign_in_failures_forget ON sign_in_failures (forget_at);

-- Browsers in which somebody has signed in. A browser knows its id by a signed cookie.
CREATE TABLE devices (
  device TEXT NOT NULL,
  account TEXT NOT NULL REFERENCES accounts (id),
  used_at BIGINT NOT NULL,
  PRIMARY KEY (device, account)
);
CREATE INDEX devices_account ON devices (account);
CREATE INDEX devices_used ON devices (used_at);

-- Requests for a new password. One for an address without an account is the same row: who it is for is looked up
-- later, and the sealed address is then dropped.
CREATE TABLE password_resets (
  id TEXT NOT NULL PRIMARY KEY,
  -- The keyed digest of the mailbox, by which its requests are counted.
  recipient TEXT NOT NULL,
  address TEXT,
  account TEXT REFERENCES accounts (id),
  asked_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX password_resets_recipient ON password_resets (recipient);
CREATE INDEX password_resets_account ON password_resets (account);
CREATE INDEX password_resets_asked ON password_resets (asked_at);

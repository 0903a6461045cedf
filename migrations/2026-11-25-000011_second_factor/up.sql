-- The second factor of an account: its seed, sealed. It asks for nothing until `confirmed_at`, when a first code has shown
-- that the owner's device holds the seed.
CREATE TABLE second_factors (
  account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  seed TEXT NOT NULL,
  confirmed_at BIGINT,
  -- The time step of the last code that was taken: only later ones pass, so that no code is good twice.
  step BIGINT NOT NULL,
  -- Wrong codes since the last right one, and when the last of them came.
  wrong INTEGER NOT NULL,
  wrong_at BIGINT
);

-- What stands in for the device when it is lost: each good once, known by its digest.
CREATE TABLE recovery_codes (
  digest TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id),
  used_at BIGINT
);
CREATE INDEX recovery_codes_account ON recovery_codes (account);

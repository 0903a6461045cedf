-- Decisions stand apart from nominations, whose rows must not move before the release (content § 9).
CREATE TABLE decisions (
  edition TEXT NOT NULL REFERENCES editions (id),
  category TEXT NOT NULL,
  document TEXT NOT NULL,
  version BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  PRIMARY KEY (edition, category)
);

CREATE TABLE rulings (
  edition TEXT NOT NULL REFERENCES editions (id),
  category TEXT NOT NULL,
  document TEXT NOT NULL,
  version BIGINT NOT NULL,
  ruled_at BIGINT NOT NULL,
  ruled_by TEXT NOT NULL,
  PRIMARY KEY (edition, category)
);

CREATE TABLE signatures (
  edition TEXT NOT NULL REFERENCES editions (id),
  account TEXT NOT NULL REFERENCES accounts (id),
  panel TEXT NOT NULL,
  digest TEXT NOT NULL,
  signed_at BIGINT NOT NULL,
  voided_at BIGINT,
  voided_reason TEXT,
  PRIMARY KEY (edition, account, signed_at)
);

CREATE TABLE seals (
  edition TEXT NOT NULL PRIMARY KEY REFERENCES editions (id),
  digest TEXT NOT NULL,
  bundle TEXT NOT NULL,
  bundle_digest TEXT NOT NULL,
  public_key TEXT NOT NULL,
  sealed_at BIGINT NOT NULL
);

-- A judge's promise of confidence and what they declare to have an interest in.
CREATE TABLE declarations (
  edition TEXT NOT NULL REFERENCES editions (id),
  account TEXT NOT NULL REFERENCES accounts (id),
  interests TEXT,
  declared_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (edition, account)
);

-- Plans of assignments, and what making one real has changed.
CREATE TABLE plans (
  id TEXT NOT NULL PRIMARY KEY,
  edition TEXT NOT NULL REFERENCES editions (id),
  per_panel INTEGER NOT NULL,
  document TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  applied_at BIGINT,
  applied TEXT
);
CREATE INDEX plans_in_force ON plans (edition, applied_at) WHERE applied_at IS NOT NULL;

CREATE TABLE assignments (
  id TEXT NOT NULL PRIMARY KEY,
  edition TEXT NOT NULL REFERENCES editions (id),
  nomination TEXT NOT NULL REFERENCES nominations (id),
  judge TEXT NOT NULL REFERENCES accounts (id),
  panel TEXT NOT NULL,
  state TEXT NOT NULL,
  assigned_at BIGINT NOT NULL,
  UNIQUE (judge, nomination)
);
CREATE INDEX assignments_nomination ON assignments (nomination);
CREATE INDEX assignments_edition ON assignments (edition, judge, id);

CREATE TABLE recusals (
  assignment TEXT NOT NULL PRIMARY KEY REFERENCES assignments (id),
  reason TEXT NOT NULL,
  detail TEXT,
  at BIGINT NOT NULL
);

-- What stands on a sheet now; each submitted version stays in sheet_versions (S-JUD-2).
CREATE TABLE sheets (
  assignment TEXT NOT NULL PRIMARY KEY REFERENCES assignments (id),
  state TEXT NOT NULL,
  scores TEXT NOT NULL,
  comment TEXT,
  version BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  submitted_at BIGINT
);

CREATE TABLE sheet_versions (
  assignment TEXT NOT NULL REFERENCES assignments (id),
  version BIGINT NOT NULL,
  scores TEXT NOT NULL,
  comment TEXT,
  nonce TEXT NOT NULL,
  submitted_at BIGINT NOT NULL,
  PRIMARY KEY (assignment, version)
);

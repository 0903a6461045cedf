-- A nomination. What people wrote stands in documents split by who may read them: judges read facts, story and links
-- and nothing else (S-HTTP-8).
CREATE TABLE nominations (
  id TEXT NOT NULL PRIMARY KEY,
  edition TEXT NOT NULL REFERENCES editions (id),
  reference TEXT NOT NULL UNIQUE,
  category TEXT NOT NULL,
  kind TEXT NOT NULL,
  language TEXT NOT NULL,
  status TEXT NOT NULL,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  search_key TEXT NOT NULL,
  city_key TEXT NOT NULL,
  headline TEXT NOT NULL,
  facts TEXT NOT NULL,
  story TEXT NOT NULL,
  links TEXT NOT NULL,
  contacts TEXT NOT NULL,
  nominator TEXT NOT NULL,
  nominator_email TEXT,
  -- As typed, until the confirmation makes rows of them.
  supporters TEXT NOT NULL,
  tell_me_next_time BOOLEAN NOT NULL,
  received_at BIGINT NOT NULL,
  confirmed_at BIGINT,
  -- When an organiser first let it in or kept it out: what was never screened is in no bundle.
  screened_at BIGINT,
  typed_by TEXT,
  reason TEXT,
  note TEXT,
  letters_waived TEXT,
  merged_into TEXT REFERENCES nominations (id),
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX nominations_list ON nominations (edition, id);
CREATE INDEX nominations_status ON nominations (edition, status, id);
CREATE INDEX nominations_once ON nominations (nominator_email, edition, category, name_key) WHERE confirmed_at IS NOT NULL;
CREATE INDEX nominations_merged ON nominations (merged_into) WHERE merged_into IS NOT NULL;

-- The people asked to write in support, from the confirmation on, and their letters.
CREATE TABLE supporters (
  id TEXT NOT NULL PRIMARY KEY,
  nomination TEXT NOT NULL REFERENCES nominations (id),
  position INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  postal_address TEXT,
  relation TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_at BIGINT,
  letter TEXT,
  letter_relation TEXT,
  known_since INTEGER,
  language TEXT,
  written_at BIGINT,
  version BIGINT NOT NULL,
  UNIQUE (nomination, position)
);

-- What the nominee was told, and what they asked in return. How it was told and on which day stand here where an
-- organiser recorded them; that the letter by mail has left is the outbox's to tell.
CREATE TABLE notices (
  nomination TEXT NOT NULL PRIMARY KEY REFERENCES nominations (id),
  how TEXT,
  given_on TEXT,
  reason TEXT,
  withhold_name BOOLEAN NOT NULL,
  objected_at BIGINT,
  objection TEXT,
  access_asked_at BIGINT,
  version BIGINT NOT NULL
);

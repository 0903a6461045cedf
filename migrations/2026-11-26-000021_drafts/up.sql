-- A nomination that is not sent yet, as far as somebody has come. One that only a browser knows has no address; one that
-- was mailed has the address that its link proves.
CREATE TABLE drafts (
  id TEXT NOT NULL PRIMARY KEY,
  edition TEXT NOT NULL REFERENCES editions (id),
  -- Any part of a nomination's body, as typed.
  body TEXT NOT NULL,
  language TEXT,
  email TEXT,
  email_normal TEXT,
  -- Of the links mailed to the draft only those of this generation live.
  generation INTEGER NOT NULL,
  -- When the last letter with its link leaves, and the draft that the letter is about.
  told_at BIGINT,
  told_about TEXT,
  -- The receipt of the nomination that became of it; the body is empty then.
  sent TEXT,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX drafts_address ON drafts (email_normal, edition);
CREATE INDEX drafts_changed ON drafts (changed_at);

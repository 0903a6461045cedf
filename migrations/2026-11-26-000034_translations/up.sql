-- A story's or a letter's words in another language, for judges who do not read the original; and who translates it. A
-- row is there from the first of the two on. Words and digests go where the original is erased; who has the text stays.
CREATE TABLE translations (
  nomination TEXT NOT NULL REFERENCES nominations (id),
  part TEXT NOT NULL,
  language TEXT NOT NULL,
  translator TEXT,
  given_at BIGINT,
  words TEXT,
  -- SHA-256 of the original as its translator read it, and of the marks by which words of it were blacked out.
  original TEXT,
  marks TEXT,
  made_by TEXT,
  made_at BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (nomination, part, language)
);
CREATE INDEX translations_given ON translations (translator, given_at) WHERE translator IS NOT NULL;

-- Keys of which two nominations of one nominee share at least one: the first letters of each word of the names, and
-- digests of address and website. From the confirmation on, so that nobody finds what was never confirmed.
CREATE TABLE nomination_blocks (
  edition TEXT NOT NULL REFERENCES editions (id),
  block TEXT NOT NULL,
  nomination TEXT NOT NULL REFERENCES nominations (id),
  PRIMARY KEY (edition, block, nomination)
);
CREATE INDEX nomination_blocks_of ON nomination_blocks (nomination);

-- An organiser has looked at these two and says that they are not of one nominee. The smaller id stands first.
CREATE TABLE different_nominees (
  one TEXT NOT NULL REFERENCES nominations (id),
  other TEXT NOT NULL REFERENCES nominations (id),
  said_by TEXT NOT NULL,
  said_at BIGINT NOT NULL,
  PRIMARY KEY (one, other)
);
CREATE INDEX different_nominees_other ON different_nominees (other);

-- Who was nominated before in this category, whoever asks.
CREATE INDEX nominations_of_nominee ON nominations (edition, name_key) WHERE confirmed_at IS NOT NULL;

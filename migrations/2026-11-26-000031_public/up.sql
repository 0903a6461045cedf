-- What the public sends to the committee, and which organiser has acknowledged it.
CREATE TABLE complaints (
  id TEXT NOT NULL PRIMARY KEY,
  edition TEXT NOT NULL REFERENCES editions (id),
  email TEXT NOT NULL,
  text TEXT NOT NULL,
  language TEXT NOT NULL,
  came_at BIGINT NOT NULL,
  acknowledged_at BIGINT,
  acknowledged_by TEXT
);
CREATE INDEX complaints_open ON complaints (edition, came_at) WHERE acknowledged_at IS NULL;

-- Mailboxes that ask for their links again, until it is looked up what was sent to them. The address is sealed.
CREATE TABLE link_requests (
  id TEXT NOT NULL PRIMARY KEY,
  edition TEXT NOT NULL REFERENCES editions (id),
  recipient TEXT NOT NULL,
  address TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  UNIQUE (edition, recipient)
);
CREATE INDEX link_requests_due ON link_requests (due_at);

-- What was sent to a mailbox.
CREATE INDEX messages_recipient ON messages (recipient_digest, edition);

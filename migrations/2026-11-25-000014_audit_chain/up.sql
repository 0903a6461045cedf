-- An event is hashed with a nonce of its own, into a digest; the chain binds the digests. So a row can be shown as its
-- digest alone, and its reader can still check the chain.
ALTER TABLE audit_events ADD COLUMN nonce TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN digest TEXT;

-- What was sealed by the earlier rule is sealed anew.
UPDATE audit_events SET number = NULL, hash = NULL;
DELETE FROM installation WHERE name = 'audit_head';

-- What organisers must be told of in their digest, found without reading the whole chain.
CREATE INDEX audit_events_told ON audit_events (edition, number) WHERE act IN ('results_signed', 'edition_sealed');
CREATE INDEX audit_events_failed ON audit_events (edition, at)
  WHERE act IN ('message_bounced', 'address_blocked', 'reminder_dropped');

-- Words that people gave as a reason. An event holds their digest; they can be erased, and the chain stays whole.
CREATE TABLE audit_notes (
  digest TEXT NOT NULL PRIMARY KEY,
  nonce TEXT NOT NULL,
  text TEXT NOT NULL
);

-- What an edition's organisers were last told of: the phase, the day, the last event of signing.
CREATE TABLE organiser_digests (
  edition TEXT NOT NULL PRIMARY KEY,
  phase TEXT NOT NULL,
  day TEXT NOT NULL,
  told BIGINT NOT NULL
);

DROP TABLE organiser_digests;
DROP TABLE audit_notes;
DROP INDEX audit_events_failed;
DROP INDEX audit_events_told;
ALTER TABLE audit_events DROP COLUMN digest;
ALTER TABLE audit_events DROP COLUMN nonce;

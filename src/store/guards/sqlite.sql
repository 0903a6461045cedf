-- The audit keeps what happened (S-AUD-3). Who changes one of these gives it a new name, and drops the old one.

-- The sealer gives a number, a digest and a hash to an event that has none. Nothing else changes, ever.
-- Nor does an event take another's number: by UPDATE OR REPLACE it would take its place, and no trigger hears of that.
DROP TRIGGER IF EXISTS audit_events_change_1;
CREATE TRIGGER IF NOT EXISTS audit_events_change_2 BEFORE UPDATE ON audit_events
WHEN OLD.number IS NOT NULL OR NEW.number IS NULL OR NEW.digest IS NULL OR NEW.hash IS NULL
  OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.actor IS NOT OLD.actor OR NEW.act IS NOT OLD.act
  OR NEW.edition IS NOT OLD.edition OR NEW.subject IS NOT OLD.subject OR NEW.request IS NOT OLD.request
  OR NEW.detail IS NOT OLD.detail OR NEW.nonce IS NOT OLD.nonce OR NEW.rowid IS NOT OLD.rowid
  OR EXISTS (SELECT 1 FROM audit_events WHERE number = NEW.number AND id IS NOT OLD.id)
BEGIN SELECT RAISE(ABORT, 'the audit keeps what happened'); END;

CREATE TRIGGER IF NOT EXISTS audit_events_delete_1 BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit keeps what happened'); END;

-- Nobody puts in what is sealed already, nor, by INSERT OR REPLACE, something in another's place.
DROP TRIGGER IF EXISTS audit_events_insert_1;
CREATE TRIGGER IF NOT EXISTS audit_events_insert_2 BEFORE INSERT ON audit_events
WHEN NEW.number IS NOT NULL OR EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id OR rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'the audit keeps what happened'); END;

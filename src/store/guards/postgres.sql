-- The audit keeps what happened (S-AUD-3). Who changes one of these gives it a new name, and drops the old one.

CREATE OR REPLACE FUNCTION audit_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit keeps what happened' USING ERRCODE = 'restrict_violation';
END
$$;

-- The sealer gives a number, a digest and a hash to an event that has none. Nothing else changes, ever.
CREATE OR REPLACE TRIGGER audit_events_change_1 BEFORE UPDATE ON audit_events FOR EACH ROW
WHEN (OLD.number IS NOT NULL OR NEW.number IS NULL OR NEW.digest IS NULL OR NEW.hash IS NULL
  OR (NEW.id, NEW.at, NEW.actor, NEW.act, NEW.edition, NEW.subject, NEW.request, NEW.detail, NEW.nonce)
    IS DISTINCT FROM (OLD.id, OLD.at, OLD.actor, OLD.act, OLD.edition, OLD.subject, OLD.request, OLD.detail, OLD.nonce))
EXECUTE FUNCTION audit_keeps();

CREATE OR REPLACE TRIGGER audit_events_delete_1 BEFORE DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_keeps();

CREATE OR REPLACE TRIGGER audit_events_empty_1 BEFORE TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION audit_keeps();

-- Nobody puts in what is sealed already.
CREATE OR REPLACE TRIGGER audit_events_insert_1 BEFORE INSERT ON audit_events FOR EACH ROW
WHEN (NEW.number IS NOT NULL) EXECUTE FUNCTION audit_keeps();

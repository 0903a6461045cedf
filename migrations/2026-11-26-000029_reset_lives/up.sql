-- Until when a link to a new password is good: from when its letter was written, not from when somebody asked. The links that
-- are out keep their half hour.
ALTER TABLE password_resets ADD COLUMN expires_at BIGINT;
UPDATE password_resets SET expires_at = asked_at + 1800000000 WHERE account IS NOT NULL;

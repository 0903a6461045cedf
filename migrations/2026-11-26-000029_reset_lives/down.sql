ALTER TABLE password_resets DROP COLUMN expires_at;

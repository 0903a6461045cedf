ALTER TABLE supporters DROP COLUMN former;
ALTER TABLE nominations DROP COLUMN retold;

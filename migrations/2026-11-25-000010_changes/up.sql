-- What the nominator has changed since the last letter on it (M7), and when: several changes are one letter, and
-- organisers see that what they let in has changed since. Absent: nothing was ever changed.
ALTER TABLE nominations ADD COLUMN retold TEXT;

-- The refusal digests of the people who were named here before, a generation each: who is no longer asked can still ask
-- never to be written to again.
ALTER TABLE supporters ADD COLUMN former TEXT NOT NULL DEFAULT '[]';

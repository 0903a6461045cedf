-- What was seen of the machines' clocks (S-STO-6): a row each start of a machine.
CREATE TABLE clock_beats (
  machine TEXT NOT NULL PRIMARY KEY,
  started_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);

-- The doubt that stands, if any: one row.
CREATE TABLE clock_doubts (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  since BIGINT NOT NULL,
  why TEXT NOT NULL,
  seconds BIGINT NOT NULL
);

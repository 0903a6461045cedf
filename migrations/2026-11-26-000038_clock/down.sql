DROP TABLE clock_doubts;
DROP TABLE clock_beats;

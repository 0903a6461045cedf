DROP TABLE callers;
DROP TABLE replies;
DROP TABLE preview_reads;
DROP TABLE outcome_letters;
DROP TABLE announcements;

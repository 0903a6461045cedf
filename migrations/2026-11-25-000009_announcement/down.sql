DROP TABLE callers;
DROP TABLE replies;
DROP TABLE preview_reads;
DROP TABLE announcements;

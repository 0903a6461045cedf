DROP TABLE mail_waiting;
DROP TABLE mail_counts;

DROP TABLE suppressions;
DROP TABLE messages;

DROP TABLE sessions;
DROP TABLE roles;
DROP TABLE accounts;

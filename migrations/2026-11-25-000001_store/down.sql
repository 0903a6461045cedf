DROP TABLE installation;
DROP TABLE idempotency;

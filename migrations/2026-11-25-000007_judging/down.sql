DROP TABLE sheet_versions;
DROP TABLE sheets;
DROP TABLE recusals;
DROP TABLE assignments;
DROP TABLE plans;
DROP TABLE declarations;

DROP TABLE notices;
DROP TABLE supporters;
DROP TABLE nominations;

DROP TABLE seals;
DROP TABLE signatures;
DROP TABLE rulings;
DROP TABLE decisions;

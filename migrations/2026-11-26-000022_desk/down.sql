DROP TABLE questions;
DROP TABLE safeguards;

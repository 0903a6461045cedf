DROP TABLE password_resets;
DROP TABLE devices;
DROP TABLE sign_in_failures;

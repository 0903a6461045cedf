DROP TABLE import_files;
DROP TABLE mail_owed;

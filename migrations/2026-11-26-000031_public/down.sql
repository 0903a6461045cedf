DROP INDEX messages_recipient;
DROP TABLE link_requests;
DROP TABLE complaints;

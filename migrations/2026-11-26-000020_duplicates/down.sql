DROP TABLE different_nominees;
DROP TABLE nomination_blocks;
DROP INDEX nominations_of_nominee;

DROP TABLE different_nominees;
DROP TABLE nomination_blocks;

-- Texts of some thousand bytes fill the pages of a tree that is sorted by hash, and each new one dirties another
-- page of it. In a table of rows they stand one after the other, and only their hashes are sorted.

CREATE TABLE blob_row (
    hash TEXT PRIMARY KEY,
    data BLOB NOT NULL                 -- zlib
);
INSERT INTO blob_row SELECT hash, data FROM blob;
DROP TABLE blob;
ALTER TABLE blob_row RENAME TO blob;

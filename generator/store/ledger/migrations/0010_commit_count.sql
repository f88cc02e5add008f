-- How often this ledger was committed: a file of the output folder says the same, so that lost commits are noticed.

CREATE TABLE commit_count (
    series  TEXT NOT NULL,             -- which ledger the number belongs to; '' in a copy, which begins a new series
    commits INTEGER NOT NULL
);
INSERT INTO commit_count VALUES ('', 0);

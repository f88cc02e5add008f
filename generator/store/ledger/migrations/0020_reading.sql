-- How long each reviewer had a version of a draft open on the review page, and whether all of it was seen.

CREATE TABLE reading (
    draft       INTEGER NOT NULL REFERENCES draft(id),
    sha         TEXT NOT NULL,             -- hash of the bytes of the version
    who         TEXT NOT NULL,
    opened_at   TEXT NOT NULL,             -- by the clock of the server
    reported_at TEXT NOT NULL,             -- when time was last counted: no report counts more than has passed since
    seconds     REAL NOT NULL,             -- how long it was visible, over all visits
    to_end      INTEGER NOT NULL,          -- whether all of it was on the screen, in one visit
    PRIMARY KEY (draft, sha, who)
) WITHOUT ROWID;

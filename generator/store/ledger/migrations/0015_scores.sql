-- What a judge says of drafts and published pages, and the score of the checks, which no model makes.

ALTER TABLE draft ADD COLUMN checks REAL NOT NULL DEFAULT -1;  -- 0 to 100, of the current version; -1 not computed
CREATE INDEX draft_checks ON draft (state, checks, id);

CREATE TABLE score (
    id       INTEGER PRIMARY KEY,
    page     TEXT NOT NULL,             -- draft:JOB, or file:PATH below the content folder
    sha      TEXT NOT NULL,             -- hash of the file's bytes that were judged
    job      INTEGER NOT NULL REFERENCES job(id),
    total    REAL NOT NULL,             -- 1 to 5, by the weights of that time; draft.score is the newest of its bytes
    ratings  TEXT NOT NULL,             -- JSON: by criterion, its score and the reason
    model    TEXT NOT NULL,
    at       TEXT NOT NULL,
    UNIQUE (page, sha, job)
);

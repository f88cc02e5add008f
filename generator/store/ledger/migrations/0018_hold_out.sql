-- Pages that proposals leave alone, so that pages with new search texts can be compared with them.

CREATE TABLE hold_out (
    id         INTEGER PRIMARY KEY,
    share      REAL NOT NULL,              -- of the pages that are held out, above 0 and below 1
    seed       TEXT NOT NULL,              -- of the hash that chooses them
    started_at TEXT NOT NULL,
    ended_at   TEXT                        -- NULL while its pages are left alone
);
CREATE UNIQUE INDEX hold_out_open ON hold_out (ended_at IS NULL) WHERE ended_at IS NULL;

CREATE TABLE hold_out_page (
    hold_out    INTEGER NOT NULL REFERENCES hold_out(id),
    path        TEXT NOT NULL,             -- relative to the content folder
    is_held_out INTEGER NOT NULL,          -- 0: the model was asked for new texts
    assigned_at TEXT NOT NULL,
    PRIMARY KEY (hold_out, path)
) WITHOUT ROWID;

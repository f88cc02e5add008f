-- Drafts that a person wants to be drafted again, with a note and facts for the model.

CREATE TABLE redraft (
    id        INTEGER PRIMARY KEY,
    draft     INTEGER NOT NULL REFERENCES draft(id),
    note      TEXT NOT NULL,              -- for the model; empty without one
    facts     TEXT NOT NULL,              -- a source for the model; empty without any
    who       TEXT NOT NULL,
    asked_at  TEXT NOT NULL,
    job       INTEGER REFERENCES job(id), -- that was planned for it; NULL while it is queued
    withdrawn INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX redraft_draft ON redraft (draft);

-- Clusters of published pages that one page would serve, what people decided on them, and the files changed for them.

CREATE TABLE duplicate_cluster (
    id            INTEGER PRIMARY KEY,
    identity      TEXT NOT NULL UNIQUE,        -- hash of the sorted keys of its pages
    pages         TEXT NOT NULL,               -- JSON: for each page its key, what was compared, and what it showed
    keeper        TEXT NOT NULL,               -- key of the page that is kept: proposed, or chosen by a person
    reason        TEXT NOT NULL,               -- why this keeper is proposed
    kind          TEXT NOT NULL,               -- the weakest evidence: same_question, same_answer, ...
    doubt         TEXT NOT NULL,               -- why a person should look first; empty without a doubt
    state         TEXT NOT NULL,               -- open, kept, merge, rejected
    found         INTEGER NOT NULL,            -- whether the last search found it
    lock          INTEGER NOT NULL DEFAULT 0,  -- compare-and-swap counter
    keeper_answer TEXT,                        -- of merge: hash of the keeper's answer when it was decided
    applied_by    INTEGER REFERENCES duplicate_application(id),  -- NULL where its files are not changed
    updated_at    TEXT NOT NULL
);
CREATE INDEX duplicate_cluster_state ON duplicate_cluster (state, id);

CREATE TABLE duplicate_decision (
    id                INTEGER PRIMARY KEY,
    duplicate_cluster INTEGER NOT NULL REFERENCES duplicate_cluster(id),
    decision          TEXT NOT NULL,           -- the new state
    before            TEXT,                    -- the old state
    keeper            TEXT NOT NULL,           -- key of the keeper after the decision
    keeper_before     TEXT NOT NULL,
    who               TEXT NOT NULL,
    at                TEXT NOT NULL,
    note              TEXT,
    bulk              INTEGER,                 -- the same number for decisions taken as one
    undoes            INTEGER REFERENCES duplicate_decision(id),
    after_decision    INTEGER NOT NULL,        -- newest decision.id at that moment, 0 none
    after_proposal    INTEGER NOT NULL         -- newest proposal_decision.id at that moment, 0 none
);
CREATE INDEX duplicate_decision_of ON duplicate_decision (duplicate_cluster);
CREATE INDEX duplicate_decision_who ON duplicate_decision (who, id);
CREATE INDEX duplicate_decision_bulk ON duplicate_decision (bulk) WHERE bulk IS NOT NULL;
CREATE INDEX duplicate_decision_undoes ON duplicate_decision (undoes) WHERE undoes IS NOT NULL;

-- One application of decisions to the content folder; an interrupted one is continued.
CREATE TABLE duplicate_application (
    id          INTEGER PRIMARY KEY,
    who         TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    finished_at TEXT,
    undone_at   TEXT
);

-- The files of an application; recorded before they are written.
CREATE TABLE duplicate_change (
    id          INTEGER PRIMARY KEY,
    application INTEGER NOT NULL REFERENCES duplicate_application(id),
    path        TEXT NOT NULL,                 -- relative to the content folder
    before      TEXT NOT NULL REFERENCES blob(hash),  -- the whole file before
    after       TEXT NOT NULL,                 -- SHA-256 of the file after
    UNIQUE (application, path, before, after)
);

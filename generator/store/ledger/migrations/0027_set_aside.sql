-- Drafts that a reviewer set aside for later: a state of the review queue, not of the draft.

CREATE TABLE set_aside (
    id       INTEGER PRIMARY KEY,
    draft    INTEGER NOT NULL REFERENCES draft(id),
    lock     INTEGER NOT NULL,     -- of the draft at that moment: a change of the draft brings it back
    until    TEXT,                 -- YYYY-MM-DD, the day on which it comes back; NULL for no day
    note     TEXT,
    who      TEXT NOT NULL,
    at       TEXT NOT NULL,
    bulk     INTEGER,              -- the same number for drafts set aside together
    after_decision INTEGER NOT NULL,  -- the newest decision on a draft, a proposal and a cluster at that moment, or 0
    after_proposal INTEGER NOT NULL,
    after_cluster  INTEGER NOT NULL,
    ended_at TEXT,                 -- when somebody brought it back, or set it aside again
    ended_by TEXT
);
CREATE INDEX set_aside_open ON set_aside (draft) WHERE ended_at IS NULL;

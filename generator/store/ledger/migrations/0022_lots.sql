-- Acceptance sampling: lots of drafts, of which a random sample is read before all are approved.

CREATE TABLE lot (
    id         INTEGER PRIMARY KEY,
    filter     TEXT NOT NULL,                -- JSON: what selected its drafts
    seed       TEXT NOT NULL,                -- decides the order in which drafts are drawn
    confidence REAL NOT NULL,                -- of the goal, 0 to 1
    bad_limit  REAL NOT NULL,                -- the share of bad drafts that the goal stays under
    size       INTEGER NOT NULL,
    draws      INTEGER NOT NULL,             -- so many places are drawn at random
    state      TEXT NOT NULL,                -- open, releasing, released, review, cut
    lock       INTEGER NOT NULL DEFAULT 0,   -- compare-and-swap counter
    parent     INTEGER REFERENCES lot(id),   -- the failed lot of which this one is the rest
    bulk       INTEGER,                      -- decision.bulk of its release
    slice      TEXT,                         -- JSON: what was cut out of it
    who        TEXT NOT NULL,
    at         TEXT NOT NULL,
    closed_by  TEXT,
    updated_at TEXT NOT NULL
);
CREATE INDEX lot_state ON lot (state);
CREATE INDEX lot_bulk ON lot (bulk) WHERE bulk IS NOT NULL;

CREATE TABLE lot_member (
    id         INTEGER PRIMARY KEY,
    lot        INTEGER NOT NULL REFERENCES lot(id),
    draft      INTEGER NOT NULL REFERENCES draft(id),
    key        TEXT NOT NULL,                -- subject/slug when the lot was frozen
    sha        TEXT NOT NULL,                -- hash of the draft's bytes when the lot was frozen
    place      INTEGER NOT NULL,             -- in the random order, from 1 on
    targeted   INTEGER NOT NULL DEFAULT 0,   -- chosen to be read beside the random draws
    state      TEXT NOT NULL DEFAULT 'unread',  -- unread, fine, minor, serious
    judged     TEXT,                         -- hash of the bytes that were judged
    lock       INTEGER NOT NULL DEFAULT 0,   -- compare-and-swap counter
    held       INTEGER NOT NULL DEFAULT 1,   -- whether its lot decides on the draft
    review     INTEGER NOT NULL DEFAULT 0,   -- whether these bytes must be read, because the lot failed
    outcome    TEXT,                         -- of the release: approved, or why the draft was left out
    updated_at TEXT NOT NULL,
    UNIQUE (lot, place)
);
CREATE UNIQUE INDEX lot_member_held ON lot_member (draft) WHERE held;
CREATE INDEX lot_member_draft ON lot_member (draft);

CREATE TABLE lot_judgement (
    id             INTEGER PRIMARY KEY,
    lot_member     INTEGER NOT NULL REFERENCES lot_member(id),
    decision       TEXT NOT NULL,            -- the new state
    before         TEXT NOT NULL,            -- the old state
    sha            TEXT,                     -- hash of the bytes that were judged
    sha_before     TEXT,                     -- that of the judgement before
    who            TEXT NOT NULL,
    at             TEXT NOT NULL,
    note           TEXT,
    bulk           INTEGER,
    undoes         INTEGER REFERENCES lot_judgement(id),
    after_decision INTEGER NOT NULL,         -- newest decision.id at that moment, 0 none
    after_proposal INTEGER NOT NULL,         -- newest proposal_decision.id at that moment, 0 none
    after_cluster  INTEGER NOT NULL          -- newest duplicate_decision.id at that moment, 0 none
);
CREATE INDEX lot_judgement_of ON lot_judgement (lot_member);
CREATE INDEX lot_judgement_who ON lot_judgement (who, id);
CREATE INDEX lot_judgement_undoes ON lot_judgement (undoes) WHERE undoes IS NOT NULL;

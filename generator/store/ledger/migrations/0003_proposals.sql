-- Proposals: new texts for single fields of published articles, what became of them, and who decided.

CREATE TABLE proposal (
    id           INTEGER PRIMARY KEY,
    job          INTEGER REFERENCES job(id),  -- NULL where nothing was asked: skipped before
    key          TEXT NOT NULL,               -- subject/slug
    path         TEXT NOT NULL,               -- relative to the content folder
    field        TEXT NOT NULL,               -- page_description, page_keywords
    question     TEXT NOT NULL,
    question_key TEXT NOT NULL,               -- hash of the normalised question: copies of an article share it
    subject      TEXT,
    basis        TEXT NOT NULL,               -- hash of question, answer and the old text
    old          TEXT NOT NULL,
    new          TEXT,
    state        TEXT NOT NULL,               -- proposed, needs_fix, skipped, approved, applied, rejected, stale
    lock         INTEGER NOT NULL DEFAULT 0,  -- compare-and-swap counter
    reason       TEXT,
    findings     TEXT NOT NULL,               -- JSON
    offline      INTEGER NOT NULL,
    edited       INTEGER NOT NULL DEFAULT 0,  -- a person changed the text
    model        TEXT,
    updated_at   TEXT NOT NULL,
    UNIQUE (key, field, basis)
);
CREATE INDEX proposal_state ON proposal (state, id);
CREATE INDEX proposal_path ON proposal (path);
CREATE INDEX proposal_job ON proposal (job) WHERE job IS NOT NULL;

CREATE TABLE proposal_term (
    term     TEXT NOT NULL,                   -- a content word's stem of a proposed description
    proposal INTEGER NOT NULL REFERENCES proposal(id),
    PRIMARY KEY (term, proposal)
) WITHOUT ROWID;
CREATE INDEX proposal_term_of ON proposal_term (proposal);

CREATE TABLE proposal_decision (
    id       INTEGER PRIMARY KEY,
    proposal INTEGER NOT NULL REFERENCES proposal(id),
    decision TEXT NOT NULL,                   -- the new state
    before   TEXT,                            -- the old state, NULL for the first
    new      TEXT,                            -- the text decided on
    who      TEXT NOT NULL,
    at       TEXT NOT NULL,
    note     TEXT
);
CREATE INDEX proposal_decision_of ON proposal_decision (proposal);

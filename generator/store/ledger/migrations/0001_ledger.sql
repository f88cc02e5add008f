-- The ledger: runs, jobs (what is asked), calls (what was sent and paid), drafts (what came of it), decisions.
-- Money is in nano-dollars (10^-9 USD), times are ISO 8601 in UTC, hashes are SHA-256 in hex.

CREATE TABLE run (
    id          INTEGER PRIMARY KEY,
    command     TEXT NOT NULL,
    argv        TEXT NOT NULL,
    config_hash TEXT NOT NULL,
    lock        TEXT NOT NULL,         -- name of the lock file that the run holds while it lives
    started_at  TEXT NOT NULL,
    finished_at TEXT
);

CREATE TABLE blob (
    hash TEXT PRIMARY KEY,
    data BLOB NOT NULL                 -- zlib
) WITHOUT ROWID;

CREATE TABLE job (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL,        -- answer, revise, seo
    realm        TEXT NOT NULL,        -- model, offline: offline work never counts for a real model
    identity     TEXT NOT NULL,        -- normalised question and subject, or what else makes the job this one
    generation   INTEGER NOT NULL,     -- 0, and one more for each --redo
    question_key TEXT NOT NULL,        -- hash of the normalised question alone
    key          TEXT,                 -- subject/slug; NULL until a question without subject is answered
    question     TEXT NOT NULL,
    subject      TEXT,
    article_id   INTEGER,
    date         TEXT,
    request_blob TEXT REFERENCES blob(hash),  -- JSON: schema, model, parameters
    system_blob  TEXT REFERENCES blob(hash),
    user_blob    TEXT REFERENCES blob(hash),
    context_blob TEXT REFERENCES blob(hash),  -- JSON: passages, related articles, origin of the question
    prompt_hash  TEXT NOT NULL,
    state        TEXT NOT NULL,        -- planned, claimed, held, done, needs_fix, refused, failed
    claimed_by   INTEGER REFERENCES run(id),
    wanted_by    INTEGER REFERENCES run(id),
    reason       TEXT,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    UNIQUE (kind, realm, identity, generation)
);
CREATE INDEX job_question ON job (question_key);
CREATE INDEX job_article ON job (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX job_key ON job (key) WHERE key IS NOT NULL;
CREATE INDEX job_wanted ON job (wanted_by, state, id);
CREATE INDEX job_claimed ON job (claimed_by) WHERE state = 'claimed';

CREATE TABLE call (
    id                INTEGER PRIMARY KEY,
    job               INTEGER NOT NULL REFERENCES job(id),
    run               INTEGER NOT NULL REFERENCES run(id),
    step              INTEGER NOT NULL,    -- 0 the first question, 1 the first repair, ...
    purpose           TEXT NOT NULL,       -- draft, longer, again, repair, revise, seo
    attempt           INTEGER NOT NULL,    -- within the step, from 1
    request_hash      TEXT NOT NULL,
    mode              TEXT,                -- json_schema, json_object, plain
    model_asked       TEXT NOT NULL,
    reserved          INTEGER,             -- NULL where the model has no known price
    sent_at           TEXT NOT NULL,
    answered_at       TEXT,
    outcome           TEXT,                -- NULL in flight or lost; ok, or the failure's cause
    message           TEXT,
    model             TEXT,
    request_id        TEXT,
    finish_reason     TEXT,
    prompt_tokens     INTEGER,
    cached_tokens     INTEGER,
    completion_tokens INTEGER,
    reasoning_tokens  INTEGER,
    price             TEXT,                -- JSON, as charged
    cost              INTEGER,             -- NULL where unknown
    reply             TEXT REFERENCES blob(hash)
);
CREATE INDEX call_job ON call (job);
CREATE INDEX call_run ON call (run);

CREATE TABLE draft (
    id         INTEGER PRIMARY KEY,
    job        INTEGER NOT NULL REFERENCES job(id),
    key        TEXT UNIQUE,
    question   TEXT NOT NULL,
    subject    TEXT,
    state      TEXT NOT NULL,
    lock       INTEGER NOT NULL DEFAULT 0,   -- compare-and-swap counter
    version    INTEGER,                      -- number of the current version, NULL where there are no bytes
    sha        TEXT,
    path       TEXT,                         -- relative to the output folder
    offline    INTEGER NOT NULL,
    edited     INTEGER NOT NULL DEFAULT 0,   -- a person changed its bytes
    errors     INTEGER NOT NULL DEFAULT 0,
    warnings   INTEGER NOT NULL DEFAULT 0,
    model      TEXT,
    mode       TEXT,
    reason     TEXT,
    updated_at TEXT NOT NULL
);
CREATE INDEX draft_state ON draft (state, id);
CREATE INDEX draft_job ON draft (job);

CREATE TABLE version (
    draft      INTEGER NOT NULL REFERENCES draft(id),
    n          INTEGER NOT NULL,
    sha        TEXT NOT NULL,
    bytes      TEXT NOT NULL REFERENCES blob(hash),
    origin     TEXT NOT NULL,                -- model, edit, revise, publish
    job        INTEGER REFERENCES job(id),
    findings   TEXT NOT NULL,                -- JSON
    created_at TEXT NOT NULL,
    PRIMARY KEY (draft, n)
) WITHOUT ROWID;

CREATE TABLE decision (
    id       INTEGER PRIMARY KEY,
    draft    INTEGER NOT NULL REFERENCES draft(id),
    decision TEXT NOT NULL,                  -- drafted, approved, rejected, ... : the new state
    before   TEXT NOT NULL,                  -- the old state
    sha      TEXT,
    who      TEXT NOT NULL,
    at       TEXT NOT NULL,
    note     TEXT
);
CREATE INDEX decision_draft ON decision (draft);

CREATE TABLE endpoint (
    url    TEXT NOT NULL,
    model  TEXT NOT NULL,
    quirks TEXT NOT NULL,                    -- JSON: response mode and parameters it takes
    PRIMARY KEY (url, model)
) WITHOUT ROWID;

-- Review and publication: who approved which bytes, what the model was asked to revise, what went to the site.

ALTER TABLE draft ADD COLUMN score REAL NOT NULL DEFAULT -1;  -- -1 not scored
CREATE INDEX draft_subject ON draft (subject, state);
ALTER TABLE draft ADD COLUMN faults INTEGER NOT NULL DEFAULT 0;  -- errors first, then warnings: to sort by
UPDATE draft SET faults = errors * 10000 + warnings;
CREATE INDEX draft_faults ON draft (state, faults, id);
CREATE INDEX draft_score ON draft (state, score, id);
CREATE INDEX draft_changed ON draft (state, updated_at, id);

ALTER TABLE decision ADD COLUMN covered TEXT;                 -- of an approval: hash of the bytes that it covers
ALTER TABLE decision ADD COLUMN bulk INTEGER;                 -- the same number for decisions taken as one
ALTER TABLE decision ADD COLUMN undoes INTEGER REFERENCES decision(id);
CREATE INDEX decision_who ON decision (who, id);
CREATE INDEX decision_bulk ON decision (bulk) WHERE bulk IS NOT NULL;
CREATE INDEX decision_undoes ON decision (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE draft_rule (                                     -- the rules that the current version fails
    code  TEXT NOT NULL,
    draft INTEGER NOT NULL REFERENCES draft(id),
    PRIMARY KEY (code, draft)
) WITHOUT ROWID;
CREATE INDEX draft_rule_draft ON draft_rule (draft);
INSERT INTO draft_rule
    SELECT DISTINCT json_extract(finding.value, '$.code'), draft.id
    FROM draft JOIN version ON version.draft = draft.id AND version.n = draft.version, json_each(version.findings) AS finding;

CREATE TABLE draft_file (                                     -- the file as it stood when it was last compared
    draft    INTEGER PRIMARY KEY REFERENCES draft(id),
    path     TEXT NOT NULL,
    sha      TEXT NOT NULL,
    mtime_ns INTEGER NOT NULL,
    size     INTEGER NOT NULL
);

CREATE TABLE revision (
    id         INTEGER PRIMARY KEY,
    draft      INTEGER NOT NULL REFERENCES draft(id),
    job        INTEGER NOT NULL UNIQUE REFERENCES job(id),
    basis      TEXT NOT NULL,                                 -- hash of the bytes that the model was shown
    comment    TEXT NOT NULL,
    who        TEXT NOT NULL,
    at         TEXT NOT NULL,
    state      TEXT NOT NULL,                                 -- asked, proposed, failed, accepted, declined
    proposal   TEXT REFERENCES blob(hash),                    -- JSON: the draft as the model wrote it
    findings   TEXT NOT NULL,                                 -- JSON
    reason     TEXT,
    accepted   TEXT,                                          -- JSON: names of the fields taken over
    decided_by TEXT,
    decided_at TEXT
);
CREATE INDEX revision_draft ON revision (draft, id);

CREATE TABLE publication (
    id           INTEGER PRIMARY KEY,
    draft        INTEGER NOT NULL REFERENCES draft(id),
    path         TEXT NOT NULL,                               -- below the content folder
    approved     TEXT NOT NULL,                               -- hash of the bytes that were approved
    sha          TEXT NOT NULL REFERENCES blob(hash),         -- of the bytes published
    replaces     TEXT,                                        -- hash of the file that stood there, NULL where none did
    article_id   INTEGER NOT NULL,
    state        TEXT NOT NULL,                               -- intended, published, abandoned
    listed       INTEGER NOT NULL DEFAULT 0,                  -- whether published.jsonl has its line
    to_commit    INTEGER NOT NULL,                            -- whether git is to have it
    committed    TEXT,                                        -- the commit that has it
    who          TEXT NOT NULL,
    intended_at  TEXT NOT NULL,
    published_at TEXT
);
CREATE INDEX publication_draft ON publication (draft);
CREATE INDEX publication_open ON publication (id)
    WHERE state = 'intended' OR (state = 'published' AND (listed = 0 OR (to_commit = 1 AND committed IS NULL)));

CREATE TABLE withdrawn (
    id           INTEGER PRIMARY KEY,
    key          TEXT NOT NULL,                               -- subject/slug
    question_key TEXT NOT NULL,                               -- hash of the normalised question
    question     TEXT NOT NULL,
    subject      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    who          TEXT NOT NULL,
    at           TEXT NOT NULL,
    deleted      INTEGER NOT NULL
);
CREATE INDEX withdrawn_key ON withdrawn (key);
CREATE INDEX withdrawn_question ON withdrawn (question_key);

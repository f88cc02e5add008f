-- Who the reviewers are, and which draft is assigned to whom.

CREATE TABLE reviewer (
    name    TEXT PRIMARY KEY COLLATE NOCASE,
    role    TEXT NOT NULL,             -- approve, edit, read: that of the newest link
    seen_at TEXT NOT NULL              -- when the newest link was made
) WITHOUT ROWID;

CREATE TABLE assignment (
    id       INTEGER PRIMARY KEY,
    draft    INTEGER NOT NULL REFERENCES draft(id),
    reviewer TEXT COLLATE NOCASE,      -- NULL: assigned to nobody, whatever owner the list names
    who      TEXT NOT NULL,            -- the person who assigned it
    at       TEXT NOT NULL,
    is_last  INTEGER NOT NULL          -- 0: a later one replaced it
);
CREATE UNIQUE INDEX assignment_last ON assignment (draft) WHERE is_last = 1;
CREATE INDEX assignment_reviewer ON assignment (reviewer) WHERE is_last = 1;

CREATE INDEX decision_who_at ON decision (who, at);

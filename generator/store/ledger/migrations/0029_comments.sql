-- Comments on drafts that decide nothing.

CREATE TABLE comment (
    id          INTEGER PRIMARY KEY,
    draft       INTEGER NOT NULL REFERENCES draft(id),
    field       TEXT,                  -- the field that it is about; NULL: the whole draft
    text        TEXT NOT NULL,
    who         TEXT NOT NULL,
    at          TEXT NOT NULL,
    resolved_by TEXT,                  -- NULL while it is open
    resolved_at TEXT
);
CREATE INDEX comment_draft ON comment (draft, id);
CREATE INDEX comment_who ON comment (who, at);

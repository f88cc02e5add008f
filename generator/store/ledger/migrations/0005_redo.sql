-- A redo that was begun and is not through: what it asked again already is not asked again when it goes on.

CREATE TABLE redo (
    key      TEXT PRIMARY KEY,         -- hash of list, model or offline, and filter
    begun_at TEXT NOT NULL
) WITHOUT ROWID;

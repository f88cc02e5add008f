-- Who has a draft open in the review page, and which ledger this is: for texts that browsers keep until they are saved.

CREATE TABLE draft_hold (               -- advice for other reviewers, never a lock
    draft   INTEGER NOT NULL REFERENCES draft(id),
    who     TEXT NOT NULL,
    tab     TEXT NOT NULL,              -- of the browser; several tabs of one person are one hold
    seen_at TEXT NOT NULL,
    PRIMARY KEY (draft, who, tab)
) WITHOUT ROWID;

CREATE TABLE ledger_name (
    name TEXT NOT NULL                  -- random; copies of a ledger have the same
);
INSERT INTO ledger_name VALUES (lower(hex(randomblob(8))));

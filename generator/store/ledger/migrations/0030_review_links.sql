-- Who may use the review page: only hashes are stored, so that neither the ledger nor a backup of it lets anybody in.

CREATE TABLE review_link (
    hash       TEXT PRIMARY KEY,   -- SHA-256 of the token in the link
    reviewer   TEXT NOT NULL,
    created_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE review_sign_in (
    hash       TEXT PRIMARY KEY,   -- SHA-256 of the value of the cookie
    reviewer   TEXT NOT NULL,
    port       INTEGER NOT NULL,   -- of the server that set the cookie
    created_at TEXT NOT NULL
) WITHOUT ROWID;

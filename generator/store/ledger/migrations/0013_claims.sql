-- The checkable claims of drafts and published pages, what checks say of them, and who decided what.

CREATE TABLE claim (
    id          INTEGER PRIMARY KEY,
    page        TEXT NOT NULL,             -- draft:JOB, or file:PATH below the content folder
    identity    TEXT NOT NULL,             -- hash of kind, words and sentence: another sentence is another claim
    kind        TEXT NOT NULL,
    field       TEXT NOT NULL,             -- where it was found: introduction, points[2].body, ...
    words       TEXT NOT NULL,
    sentence    TEXT NOT NULL,
    "offset"    INTEGER NOT NULL,          -- of the words in the sentence
    found_by    TEXT NOT NULL,             -- rules, model
    verdict     TEXT NOT NULL,             -- supported, contradicted, doubtful, consistent, unsupported, unchecked
    basis       TEXT NOT NULL,             -- exact, rule, model, answers, none
    passage     TEXT,                      -- id of the passage that is quoted
    source      TEXT,                      -- title of that passage
    quote       TEXT,
    correction  TEXT,                      -- what should be there instead
    reason      TEXT,
    model       TEXT,                      -- that checked it; NULL for rules
    checked_at  TEXT NOT NULL,
    UNIQUE (page, identity)
);
CREATE INDEX claim_of_verdict ON claim (verdict, page);

CREATE TABLE claim_decision (
    id       INTEGER PRIMARY KEY,
    claim    INTEGER NOT NULL REFERENCES claim(id),
    decision TEXT NOT NULL,                -- confirmed, struck, edited
    verdict  TEXT NOT NULL,                -- of the claim at that moment
    who      TEXT NOT NULL,
    at       TEXT NOT NULL,
    note     TEXT
);
CREATE INDEX claim_decision_of ON claim_decision (claim);

-- Whether one page would serve two questions, as a model said; each pair is asked once.

CREATE TABLE same_page (
    one       TEXT NOT NULL,               -- question_key of the question whose key comes first
    other     TEXT NOT NULL,
    verdict   TEXT NOT NULL,               -- same, different
    reason    TEXT NOT NULL,               -- of the model
    model     TEXT NOT NULL,
    judged_at TEXT NOT NULL,
    PRIMARY KEY (one, other)
) WITHOUT ROWID;

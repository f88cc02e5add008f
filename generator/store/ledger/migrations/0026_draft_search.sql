-- Search in the texts of drafts, and orders by their words and open claims. All of it follows from versions and claims.

ALTER TABLE draft ADD COLUMN words INTEGER NOT NULL DEFAULT 0;        -- of the answer of the current version
ALTER TABLE draft ADD COLUMN open_claims INTEGER NOT NULL DEFAULT 0;  -- contradicted or doubtful, and not confirmed
CREATE INDEX draft_words ON draft (state, words, id);
CREATE INDEX draft_open_claims ON draft (state, open_claims, id);
CREATE INDEX draft_model ON draft (model);
-- Drafts without a score come last in both directions.
CREATE INDEX draft_score_last ON draft (state, CASE WHEN score < 0 THEN 1e9 ELSE score END, id);
CREATE INDEX draft_checks_last ON draft (state, CASE WHEN checks < 0 THEN 1e9 ELSE checks END, id);

CREATE VIRTUAL TABLE draft_text USING fts5(  -- of the current version; the row id is that of the draft
    question, address, answer, description, keywords, reason, tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TABLE draft_text_due (                -- the drafts whose text is not there yet: those of earlier versions
    draft INTEGER PRIMARY KEY REFERENCES draft(id)
);
INSERT INTO draft_text_due SELECT id FROM draft;

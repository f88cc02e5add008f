-- Decisions about proposals can be taken back, those taken as one together.

ALTER TABLE proposal_decision ADD COLUMN bulk INTEGER;          -- the same number for decisions taken as one
ALTER TABLE proposal_decision ADD COLUMN undoes INTEGER REFERENCES proposal_decision(id);
ALTER TABLE proposal_decision ADD COLUMN reason_before TEXT;    -- the proposal's reason before the decision
CREATE INDEX proposal_decision_who ON proposal_decision (who, id);
CREATE INDEX proposal_decision_bulk ON proposal_decision (bulk) WHERE bulk IS NOT NULL;
CREATE INDEX proposal_decision_undoes ON proposal_decision (undoes) WHERE undoes IS NOT NULL;

-- Which of two decisions came first, one on a draft and one on a proposal: the clock may give both one time.
ALTER TABLE proposal_decision ADD COLUMN after_decision INTEGER;  -- newest decision.id at that moment, 0 none; NULL: taken before this column

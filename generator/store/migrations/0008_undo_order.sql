-- Which of two decisions came first, one on a draft and one on a proposal: the clock may give both one time.

ALTER TABLE proposal_decision ADD COLUMN after_decision INTEGER;  -- newest decision.id at that moment, 0 none; NULL: taken before this column

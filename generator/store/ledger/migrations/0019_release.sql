-- How an approved draft was released: by reading it, with a sampled lot, or in bulk.

ALTER TABLE decision ADD COLUMN release TEXT;  -- JSON of an approval; NULL for other decisions and earlier approvals

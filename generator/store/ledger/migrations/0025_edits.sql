-- Edits of drafts can be undone.

ALTER TABLE decision ADD COLUMN edit TEXT;  -- JSON, of a person's edit: what it made, and the draft before it

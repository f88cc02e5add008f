-- Rewrites of published pages: drafts that replace a page. They have no key, because the page has the address already.

ALTER TABLE draft ADD COLUMN replaces TEXT;  -- path of the page below the content folder; NULL for a new article
ALTER TABLE draft ADD COLUMN basis TEXT;     -- hash of the bytes of the page that the model was shown
CREATE INDEX draft_replaces ON draft (replaces) WHERE replaces IS NOT NULL;

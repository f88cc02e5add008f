-- Which judgement or set-aside came first, and the set-aside that a later one replaced.

ALTER TABLE lot_judgement ADD COLUMN after_set_aside INTEGER;  -- newest set_aside.id at that moment, 0 none; NULL in earlier rows
ALTER TABLE set_aside ADD COLUMN replaces INTEGER;  -- the set_aside.id that it ended; NULL where the draft was not aside

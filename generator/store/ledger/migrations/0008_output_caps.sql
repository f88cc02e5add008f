-- Of requests in batches: what their answers are held against to see whether the endpoint keeps to output caps.

ALTER TABLE call ADD COLUMN output_cap INTEGER;     -- the most tokens that the answer may have; NULL for live calls
ALTER TABLE call ADD COLUMN cap_parameter TEXT;     -- the name under which the cap was sent

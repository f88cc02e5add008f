-- Proposals and their jobs name a question by the hash that every other table names it by.

UPDATE proposal SET question_key = question_key(question);
UPDATE job SET question_key = question_key(question) WHERE kind = 'seo';

"""English words and sentences: stems, phrases, endings, and what may be quoted."""

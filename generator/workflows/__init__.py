"""One use of the rest each, start to finish: drafting, auditing, SEO, publishing."""

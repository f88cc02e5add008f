"""Pure values and rules: articles, answers, front matter, checks. No files, clock, network or environment."""

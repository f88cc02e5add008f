"""Acceptance sampling: lots of drafts that are approved as a whole after a random sample of each was read."""

"""Lots of drafts, their drawn samples, and the judgements on them."""

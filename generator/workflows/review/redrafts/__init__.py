"""Drafts that are to be drafted again: queued, and drafted."""

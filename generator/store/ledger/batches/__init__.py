"""Batches: which requests are in which file, and what was answered."""

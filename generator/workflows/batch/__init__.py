"""Requests sent as batches or as files, and their answers taken in."""

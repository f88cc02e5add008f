"""Sends requests as batches or files, and records their answers."""

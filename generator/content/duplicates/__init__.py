"""Measures how similar two questions or two descriptions are, and finds similar ones among many."""

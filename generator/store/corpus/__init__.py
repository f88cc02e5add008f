"""The index of published articles and source documents: one SQLite file, which can be rebuilt at any time."""

"""The index of published articles and sources, one SQLite file that can be built again at any time."""

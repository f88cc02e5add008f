"""The commands of ``generator duplicates``."""

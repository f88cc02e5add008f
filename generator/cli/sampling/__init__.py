"""The commands for lots of drafts: ``generator lots``."""

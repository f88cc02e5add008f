"""Decisions on drafts and their claims, set aside for later, and undo."""

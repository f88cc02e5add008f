"""Drafts as spreadsheets: written for a person to edit, and read back as edits and comments."""

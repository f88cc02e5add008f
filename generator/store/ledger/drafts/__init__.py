"""Drafts: their states and files, versions, decisions and revisions."""

"""Reviews drafts: lists and shows them, saves edits, records decisions and their undo, and requests revisions."""

"""What reviewers do with drafts: look, edit, decide, have revised, undo."""

"""The content folder and its git repository."""

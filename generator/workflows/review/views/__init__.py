"""What a reviewer sees: lists of drafts and pages, one draft, the page that a rewrite changes."""

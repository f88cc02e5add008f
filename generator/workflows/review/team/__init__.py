"""What reviewers share: assignments, comments, who has a draft open, who changed it, who did what."""

"""What reviewers leave in the ledger besides decisions: their links to the page, and drafts to be drafted again."""

"""What reviewers leave in the ledger besides decisions: which drafts they have open."""

"""Reports on the ledger and maintains it: state and cost of the drafts, history of a draft, backup, verification."""

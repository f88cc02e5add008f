"""What the ledger knows, and its upkeep: state of the drafts and their cost, one draft's history, copies, checks."""

"""The numbered schema changes of the ledger, each applied once, in order."""

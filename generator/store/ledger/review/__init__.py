"""What the ledger records of the review itself: who read what."""

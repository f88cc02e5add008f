"""What the review queue needs of the ledger: its filter, the searchable texts of drafts, and drafts set aside."""

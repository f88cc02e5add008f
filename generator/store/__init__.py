"""What is kept: the ledger of paid work and the index of the corpus, both SQLite."""

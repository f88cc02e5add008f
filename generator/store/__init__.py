"""Stores data: the ledger of paid work and the index of the corpus, each an SQLite file."""

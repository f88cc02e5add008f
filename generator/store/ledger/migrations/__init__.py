"""Numbered schema changes of the ledger, applied in order, each once."""

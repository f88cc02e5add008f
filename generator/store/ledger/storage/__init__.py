"""The file of the ledger: SQLite database, blobs, hashes, and checks for damage."""

"""The ledger of paid work, one SQLite file: runs, jobs, calls, drafts, proposals, batches, publications."""

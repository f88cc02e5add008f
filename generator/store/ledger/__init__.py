"""The ledger of paid work: one SQLite file with runs, jobs, calls, drafts, proposals, batches and publications."""

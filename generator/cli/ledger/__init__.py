"""The commands on the ledger, and the report of its runs."""

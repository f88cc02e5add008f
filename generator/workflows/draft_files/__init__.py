"""The files of drafts: writes them from the ledger, checks them, and imports those that a person edited."""

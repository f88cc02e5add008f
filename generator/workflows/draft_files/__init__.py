"""The files of drafts: written from the ledger, checked, and imported again where a person edited them."""

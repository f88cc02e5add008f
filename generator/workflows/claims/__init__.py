"""Use cases about claims: find and check them in drafts and published pages, list them, decide on them."""

"""Use cases: each workflow takes a typed request and returns a typed outcome."""

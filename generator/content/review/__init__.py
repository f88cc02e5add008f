"""The people who review: their names and roles."""

"""The report about runs."""

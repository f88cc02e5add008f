"""The report about runs: what was drafted, spent, found and decided, as one page or as JSON."""

"""The page of the benchmarks; nothing is timed here."""

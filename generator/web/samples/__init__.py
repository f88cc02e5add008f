"""The pages of lots, and what a lot has to do with one draft."""

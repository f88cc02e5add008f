"""The pages in docs/ that are made from the code."""

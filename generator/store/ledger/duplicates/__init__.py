"""Clusters of duplicate pages, the decisions on them, and the files that were changed for them."""

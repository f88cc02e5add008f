"""Finds related articles, and updates the related links of published articles."""

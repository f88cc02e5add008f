"""Checks published articles, and fixes the findings that have one right outcome."""

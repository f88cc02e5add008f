"""Proposals of search fields, and the decisions on them."""

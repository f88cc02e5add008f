"""Publishes approved drafts to the site, and withdraws published articles."""

"""Approved drafts onto the site, and published articles off it."""

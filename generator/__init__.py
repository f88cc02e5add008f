"""Drafts, reviews, publishes and repairs Q&A articles with a language model."""

__version__ = "0.2.0"

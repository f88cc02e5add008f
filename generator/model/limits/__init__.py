"""Limits of an endpoint: rates, output caps, context window."""

"""Markdown as the site parses it: read and composed, its line breaks, spans, unsafe parts, repairs."""

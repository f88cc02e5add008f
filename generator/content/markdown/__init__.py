"""Markdown as the site parses it: composes and parses answers, finds and repairs what the site shows wrongly."""

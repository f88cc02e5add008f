"""Talks to models: client, pacing, prompts, batch files."""

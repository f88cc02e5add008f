"""Talks to models: client, pacing, prompts, the embedded offline model, batch files."""

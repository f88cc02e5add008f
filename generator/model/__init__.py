"""Calls models: the client, rate limits, retries, the budget, prompts, the Batch API and its files."""

"""The Batch API: its calls, its request files and its answers."""

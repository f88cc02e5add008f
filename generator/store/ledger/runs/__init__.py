"""Runs, their jobs and their calls, and the profiles of the endpoints that were called."""

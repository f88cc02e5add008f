"""Watches how a run goes: stops it where nearly all jobs fail alike, and compares it with earlier runs."""

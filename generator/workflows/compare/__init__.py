"""Compares two sets of prompts, or two models, on the questions of a golden set."""

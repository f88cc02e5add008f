"""Stops and waits of a run: Ctrl-C, stop signals, and what a person is told of waits."""

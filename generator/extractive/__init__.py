"""The offline writer: composes answers only of sentences from the passages in a prompt."""

MODEL_NAME = "offline-extractive"
"""The only model that its app lists."""

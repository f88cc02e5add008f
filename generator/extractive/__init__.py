"""The offline writer: composes answers from the passages that a prompt quotes, and invents nothing."""

MODEL_NAME = "offline-extractive"
"""The one model that its app serves."""

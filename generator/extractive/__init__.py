"""The offline writer: composes answers from the passages that a prompt quotes, and invents nothing."""

"""The `batch` commands."""

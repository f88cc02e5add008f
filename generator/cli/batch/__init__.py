"""The commands of ``generator batch``."""

"""The team's source documents: found on disk, read, indexed."""

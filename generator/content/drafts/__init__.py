"""A draft: its schemas, the replies that hold it, its text and its article."""

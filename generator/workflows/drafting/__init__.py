"""From a question list to checked draft files."""

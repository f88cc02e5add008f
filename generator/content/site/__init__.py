"""The site that shows the articles: its facts, its subjects, and what its articles tell of its settings."""

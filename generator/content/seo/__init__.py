"""What searchers see of an article: description, keywords, the search result."""

"""The part of an article that searchers see: description, keywords, the search result."""

"""The commands around the review page: the page itself, and the work that was done on it."""

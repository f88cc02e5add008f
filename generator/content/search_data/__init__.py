"""What Google Search Console counted for pages and queries, and what follows from it. Pure."""

"""``generator seo``: new search texts for published articles, proposed, reviewed and applied."""

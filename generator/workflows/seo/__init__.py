"""New search descriptions and keywords for published articles: proposed, decided on, applied."""

"""The related links of published articles: what they should be, and writing them."""

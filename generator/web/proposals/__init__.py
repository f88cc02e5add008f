"""The page of SEO proposals: its query, decisions, and applying what is accepted."""

"""Proposes new descriptions and keywords for published articles, records decisions on them, and applies them."""

"""Markdown and formulas as safe HTML and MathML."""

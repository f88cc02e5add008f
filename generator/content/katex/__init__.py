"""KaTeX's grammar without its typesetting: finds out whether KaTeX would reject a formula, and why."""

"""KaTeX's grammar without its typesetting: tells whether a formula would be refused, and why."""

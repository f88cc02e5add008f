"""A question: what a list says about it, what kind of answer it asks for, and its topic."""

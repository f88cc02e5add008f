"""How good a page seems: a rubric for a model that reads it, and a score of its checks and measurable features."""

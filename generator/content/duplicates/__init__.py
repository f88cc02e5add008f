"""Whether two questions, two descriptions or two texts say the same, and how to find such pairs among many."""

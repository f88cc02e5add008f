"""Imports search data, and shows what follows from it: pages that compete, that nobody sees, and that are missing."""

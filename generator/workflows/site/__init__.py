"""Reads and writes the content folder: article files, the index of published articles, git, and reviewers' names."""

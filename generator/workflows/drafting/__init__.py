"""Drafts question lists: plans the questions, asks the model, checks the drafts and writes their files."""

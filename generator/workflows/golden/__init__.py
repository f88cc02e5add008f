"""The golden set: questions with what a good answer contains, and cases made of what reviewers corrected."""

"""What an approval rests on: when a text counts as read, and what is disclosed of one that nobody read."""

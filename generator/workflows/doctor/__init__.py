"""What is wrong with an installation, and what to do about it: checks from a table, of the endpoint so far."""

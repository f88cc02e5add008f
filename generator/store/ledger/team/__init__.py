"""What a team shares: assignments, comments, and what each person did."""

"""What is wrong with published articles, and the fixes that have one right outcome."""

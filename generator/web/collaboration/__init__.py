"""Two people at one draft: who has it open, who changed it, and both texts side by side."""

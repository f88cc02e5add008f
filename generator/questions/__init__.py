"""Reads question lists in the formats that people write, export and paste; other formats are refused with a reason."""

"""Tables for spreadsheet programs."""

"""Question lists in the forms that people keep, export and paste them in, each read into rows or refused by name."""

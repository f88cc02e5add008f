"""A model's reply, read from an answer in any of the forms that servers send."""

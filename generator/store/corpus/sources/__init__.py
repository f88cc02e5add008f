"""The team's source documents: finds, reads and indexes them."""

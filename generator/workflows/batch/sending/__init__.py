"""Commands that plan work and send it as batches: lists, search fields, pages, rewrites."""

"""Published pages as drafts: selects the pages to write again, plans their jobs, and has the model write them."""

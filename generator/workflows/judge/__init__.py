"""The use case of the judge: scores drafts and published pages, so that people can sort them."""

"""The local web page on which people review drafts."""

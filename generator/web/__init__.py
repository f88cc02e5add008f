"""The review page: a local web app on which people review drafts and proposals."""

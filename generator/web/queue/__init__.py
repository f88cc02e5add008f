"""The review queue: its page, its query, and the actions on many drafts."""

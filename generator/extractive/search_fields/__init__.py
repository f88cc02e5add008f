"""What searchers see of an answer, written offline: its description and its keywords."""

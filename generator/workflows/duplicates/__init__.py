"""Pages that answer the same question: finds them, records which one is kept, and points the others to it."""

"""Hashes that name what the ledger holds: of texts in a row, and of a question whatever its case and punctuation."""

import hashlib

from generator.content.text import normalise_question


def hash_of(*parts: str) -> str:
    """A stable hash of a sequence of texts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def question_key(question: str) -> str:
    """What all ways to write a question have in common: jobs, proposals and withdrawals of one question share it."""
    return hash_of(normalise_question(question))

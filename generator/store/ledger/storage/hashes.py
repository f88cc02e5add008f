"""Hashes that the ledger uses as keys: of a sequence of texts, and of a question without its case and punctuation."""

import hashlib

from generator.content.text import normalise_question


def hash_of(*parts: str) -> str:
    """A SHA-256 (hex) of a sequence of texts; ``("ab", "c")`` and ``("a", "bc")`` have different hashes."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def question_key(question: str) -> str:
    """The hash of a normalised question, by which jobs, proposals and withdrawals of one question are found."""
    return hash_of(normalise_question(question))

"""Chooses the pages that are held out of an experiment, at random and always the same ones."""

import hashlib


def is_chosen(path: str, *, seed: str, share: float) -> bool:
    """Whether a page belongs to the share that is chosen; the hash of the seed and the path decides.

    Args:
        path: of the article's file below the content folder.
        share: of all pages, 0 to 1.
    """
    digest = hashlib.sha256(f"{seed}\0{path}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64

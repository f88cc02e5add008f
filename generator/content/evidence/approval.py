"""Computes the hash that an approval covers: all of an article file except the fields that publishing assigns."""

import hashlib
from collections.abc import Collection

from generator.content.frontmatter import Document
from generator.content.frontmatter.document import RELATED
from generator.content.frontmatter.patch import Edit, apply_edits, own_lines

ASSIGNED = frozenset({"id", "date", "score"})
"""The fields that publishing assigns, besides every ``related_articleN``."""


def covered_hash(document: Document, also: Collection[str] = ()) -> str:
    """SHA-256 (hex) of the file without the lines of id, date, score and related articles.

    Args:
        also: further fields that count as assigned: that of a disclosure, when a file is compared with the approved one.
            The hash of an approval is without them, so it does not depend on the settings.

    Empty lines before the closing fence do not count: a file with a score and no related article has one.

    Raises:
        PatchError: one of these fields shares its lines with something else.
    """
    text = document.text
    edits = [
        Edit(*own_lines(document, key), "")
        for key in document.keys
        if key in ASSIGNED or key in also or RELATED.fullmatch(key)
    ]
    head = apply_edits(text[: document.closing], edits).rstrip("\r\n")
    return hashlib.sha256(f"{head}\n{text[document.closing :]}".encode()).hexdigest()

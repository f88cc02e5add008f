"""What an approval covers: every byte of an article file but what publishing may assign anew."""

import hashlib

from generator.content.frontmatter import Document
from generator.content.frontmatter.document import RELATED
from generator.content.frontmatter.patch import Edit, apply_edits, own_lines

ASSIGNED = frozenset({"id", "date", "score"})
"""Assigned when a draft is published, like every ``related_articleN``."""


def covered_hash(document: Document) -> str:
    """SHA-256 (hex) of the file without the lines of id, date, score and related articles.

    The empty line that a scored file without related articles has before its closing fence does not count.

    Raises:
        PatchError: one of these fields shares its lines with something else.
    """
    text = document.text
    edits = [
        Edit(*own_lines(document, key), "")
        for key in document.keys
        if key in ASSIGNED or RELATED.fullmatch(key)
    ]
    head = apply_edits(text[: document.closing], edits).rstrip("\r\n")
    return hashlib.sha256(f"{head}\n{text[document.closing :]}".encode()).hexdigest()

"""Reads, writes and changes article files.

- ``render(article)``: the file of an article, in the canonical form.
- ``read(data)``: the ``Document`` of a file in any form, with every value and its place.
- ``patch(text, changes)``: the file with some fields changed, and not one byte elsewhere.
- ``patch_related(text, related)``: the file with other related articles.
- ``restore_ending(text, body)``: the file with the canonical ending.
"""

from generator.content.frontmatter.document import Document, Related
from generator.content.frontmatter.ending import has_canonical_ending, restore_ending
from generator.content.frontmatter.patch import Change, patch
from generator.content.frontmatter.reader import read, size_error
from generator.content.frontmatter.related import patch_related
from generator.content.frontmatter.writer import render

__all__ = [
    "Change",
    "Document",
    "Related",
    "has_canonical_ending",
    "restore_ending",
    "patch",
    "patch_related",
    "read",
    "render",
    "size_error",
]

"""Article files: read in every form they have, written in the canonical one, changed in place.

render(article)              the canonical file
read(data)                   a Document: every value, its place and style, and the file's bytes
patch(text, changes)         named fields changed, not one byte elsewhere
patch_related(text, related) the related articles replaced as a group
mend_ending(text, body)      the trailing form restored
"""

from generator.content.frontmatter.document import Document, Related
from generator.content.frontmatter.ending import ends_canonically, mend_ending
from generator.content.frontmatter.patch import Change, patch
from generator.content.frontmatter.reader import read, size_error
from generator.content.frontmatter.related import patch_related
from generator.content.frontmatter.writer import render

__all__ = [
    "Change",
    "Document",
    "Related",
    "ends_canonically",
    "mend_ending",
    "patch",
    "patch_related",
    "read",
    "render",
    "size_error",
]

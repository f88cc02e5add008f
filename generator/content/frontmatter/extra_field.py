"""Writes one field of the front matter that the schema does not have, and not one byte elsewhere."""

from generator.content.frontmatter.patch import (
    Edit,
    apply_edits,
    line_break_at,
    patch,
    place_for,
    reread,
    verify,
)
from generator.content.frontmatter.reader import read
from generator.content.frontmatter.spans import line_start
from generator.content.frontmatter.writer import line
from generator.errors import FrontMatterError, PatchError

_BEFORE = "score"
"""A new field is written where the score would be: after the fields that the page itself has."""


def with_field(text: str, name: str, value: str | None) -> str:
    """The text of an article file with a top-level field of this value; without the field for None.

    A field that the file has stays at its place, in its style.

    Raises:
        FrontMatterError: the file cannot be read.
        PatchError: the field needs other bytes changed too, or is a group.
    """
    document = read(text)
    if value is None or name in document.entries:
        return patch(text, {name: value})
    at = place_for(document, _BEFORE)
    eol = line_break_at(text, line_start(text, at - 1))
    try:
        after = reread(apply_edits(text, [Edit(at, at, line(name, value) + eol)]))
    except FrontMatterError as error:
        raise PatchError(error.reason) from error
    verify(after, {**document.values, name: value}, document.body)
    return after.text

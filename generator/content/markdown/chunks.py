"""A document cut by its structure into chunks that may be quoted: what stands under one heading, in order.

Short neighbours under one heading are put together, long ones cut between paragraphs, then sentences.
"""

from typing import NamedTuple

from generator.content.markdown.sections import sections_of

TARGET_CHARS = 900
MAX_CHARS = 1_400


class Chunk(NamedTuple):
    """One chunk; ``heading`` is plain and may be empty, ``number`` counts from 0 within the document."""

    number: int
    heading: str
    text: str


def chunks(markdown: str) -> list[Chunk]:
    """The chunks of a document in order; all of its text is in them but the headings' marks."""
    found: list[Chunk] = []
    heading, text = "", ""
    for piece in sections_of(markdown, limit_chars=MAX_CHARS):
        together = f"{text}\n\n{piece.text}" if text else piece.text
        if text and (piece.heading != heading or len(text) >= TARGET_CHARS or len(together) > MAX_CHARS):
            found.append(Chunk(len(found), heading, text))
            together = piece.text
        heading, text = piece.heading, together
    if text:
        found.append(Chunk(len(found), heading, text))
    return found

"""Splits a document into chunks for quotation, along its headings.

Short sections under one heading are joined; long ones are split between paragraphs, then between sentences.
"""

from typing import NamedTuple

from generator.content.markdown.sections import sections_of

TARGET_CHARS = 900
MAX_CHARS = 1_400


class Chunk(NamedTuple):
    """One chunk; ``heading`` has no formatting and may be empty, ``number`` counts from 0 in the document."""

    number: int
    heading: str
    text: str


def chunks(markdown: str) -> list[Chunk]:
    """The chunks of a document in order; they contain all of its text except the formatting of headings."""
    found: list[Chunk] = []
    heading, text = "", ""
    for section in sections_of(markdown, limit_chars=MAX_CHARS):
        joined = f"{text}\n\n{section.text}" if text else section.text
        if text and (section.heading != heading or len(text) >= TARGET_CHARS or len(joined) > MAX_CHARS):
            found.append(Chunk(len(found), heading, text))
            joined = section.text
        heading, text = section.heading, joined
    if text:
        found.append(Chunk(len(found), heading, text))
    return found

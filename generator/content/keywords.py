"""The list of keywords as one text: set ``a, b, c``, each keyword once.

A comma may stand inside a keyword (``15,000 crore``, ``N,N-dimethylaniline``), so a comma without a space parts
keywords only in a list that has no other kind of comma, and never between digits or before a locant's hyphen.
"""

import re

_STRAY = ", \t\r\n"
_SPACED = re.compile(r",\s")
_PARTED = re.compile(r",[\s,]+|\s+,")
_TIGHT = re.compile(r"\s*,(?!(?<=\d,)\d|(?<=\b\w,)\w-)\s*")


def keywords_of(raw: str) -> list[str]:
    """The keywords of a list in its order, without empty ones."""
    text = raw.strip(_STRAY)
    parts = (_PARTED if _SPACED.search(text) else _TIGHT).split(text)
    return [bare for part in parts if (bare := part.strip(_STRAY))]


def respaced(raw: str) -> str:
    """The list with a comma and one space between its keywords, and no stray ones."""
    return ", ".join(keywords_of(raw))


def without_doubles(raw: str) -> str:
    """The list with only the first of keywords that differ in nothing but case and spacing; else unchanged."""
    keywords = keywords_of(raw)
    once: dict[str, str] = {}
    for keyword in keywords:
        once.setdefault(" ".join(keyword.casefold().split()), keyword)
    return raw if len(once) == len(keywords) else ", ".join(once.values())

"""The list of keywords as one text, ``a, b, c``: split, joined, cleaned.

A comma may stand inside a published keyword (``15,000 crore``, ``N,N-dimethylaniline``, ``T_{a,b}``), so a comma
without a space separates keywords only in a list that has no other kind of comma, and never between digits, before a
locant's hyphen, or in braces. Other readers of an article file split at every comma: a new keyword has none.
"""

import re
from collections.abc import Iterable

from generator.content.text import clean, one_line, unquoted

_STRAY = ", \t\r\n"
_SPACED = re.compile(r",\s")
_PARTED = re.compile(r",[\s,]+|\s+,")
_TIGHT = re.compile(r"\s*,(?!(?<=\d,)\d|(?<=\b\w,)\w-|(?<=\w,)(?:\w+,)*\w+\})\s*")
_EMPTY = re.compile(r"(?:\A|,)\s*(?:,|\Z)")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{2,3})*,\d{3}(?!,?\d)")
_FINAL_MARKS = ".; "


def split_keywords(raw: str) -> tuple[str, ...]:
    """The keywords of a list in its order, without empty ones."""
    text = raw.strip(_STRAY)
    parts = text.split(", ")
    if len(parts) == 1 or text.count(",") >= len(parts):
        parts = (_PARTED if _SPACED.search(text) else _TIGHT).split(text)
    return tuple(bare for part in parts if (bare := part.strip(_STRAY)))


def join_keywords(keywords: Iterable[str]) -> str:
    """The list as an article file holds it."""
    return ", ".join(keywords)


def clean_keywords(keywords: Iterable[str]) -> tuple[str, ...]:
    """Keywords that a model or a person wrote: without quotes and final stops, each once.

    Lists and lines within a keyword are split, and the commas of a number are removed: ``15000 crore``. Idempotent.
    """
    kept: dict[str, str] = {}
    lines = [one_line(line) for keyword in keywords for line in clean(keyword).split("\n")]
    for part in [part for line in lines for item in split_keywords(line) for part in split_keywords(item)]:
        text = _bare(_THOUSANDS.sub(_without_commas, part))
        if text:
            kept.setdefault(normalise_keyword(text), text)
    return tuple(kept.values())


def normalise_keyword(keyword: str) -> str:
    """What keywords have in common that differ in nothing but case and spacing."""
    return " ".join(keyword.casefold().split())


def has_empty_keyword(raw: str) -> bool:
    """Whether a list that is not empty itself has nothing between two commas, before the first or after the last."""
    return bool(raw.strip() and _EMPTY.search(raw))


def respaced(raw: str) -> str:
    """The list with a comma and one space between its keywords, and no stray ones."""
    return join_keywords(split_keywords(raw))


def without_duplicates(raw: str) -> str:
    """The list with only the first of keywords that differ in nothing but case and spacing; else unchanged."""
    keywords = split_keywords(raw)
    once: dict[str, str] = {}
    for keyword in keywords:
        once.setdefault(normalise_keyword(keyword), keyword)
    if len(once) == len(keywords):
        return raw
    # The joined list may split in another way: "a,a, ,a,a" gives "a,a", then "a".
    return without_duplicates(join_keywords(once.values()))


def _without_commas(number: re.Match[str]) -> str:
    return number[0].replace(",", "")


def _bare(keyword: str) -> str:
    text = keyword
    while (bare := unquoted(text).strip(_STRAY).rstrip(_FINAL_MARKS)) != text:
        text = bare
    return text

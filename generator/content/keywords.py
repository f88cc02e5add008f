"""Splits, joins and cleans the list of keywords, which is one text: ``a, b, c``.

A published keyword may contain a comma (``15,000 crore``, ``N,N-dimethylaniline``, ``T_{a,b}``). Therefore a comma
without a space separates keywords only in a list without any other comma, and never between digits, before the hyphen
of a chemical name, or in braces. Other readers of an article file split at every comma, so a new keyword has none.
"""

import re
from collections.abc import Iterable

from generator.content.text import clean, unquoted

_STRAY = ", \t\r\n"
_SPACED = re.compile(r",\s")
_PARTED = re.compile(r",[\s,]+|\s+,")
_TIGHT = re.compile(r"\s*,(?!(?<=\d,)\d|(?<=\b\w,)\w-|(?<=\w,)(?:\w+,)*\w+\})\s*")
_EMPTY = re.compile(r"(?:\A|,)\s*(?:,|\Z)")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{2,3})*,\d{3}(?!,?\d)")
_FINAL_MARKS = ".; "


def split_keywords(raw: str) -> tuple[str, ...]:
    """The keywords of a list in their order, without empty ones."""
    text = raw.strip(_STRAY)
    if "," not in text:
        return (text,) if text else ()
    parts = text.split(", ")
    if len(parts) == 1 or text.count(",") >= len(parts):
        parts = (_PARTED if _SPACED.search(text) else _TIGHT).split(text)
    return tuple(bare for part in parts if (bare := part.strip(_STRAY)))


def join_keywords(keywords: Iterable[str]) -> str:
    """The list as an article file stores it."""
    return ", ".join(keywords)


def clean_keywords(keywords: Iterable[str]) -> tuple[str, ...]:
    """Cleans keywords that a model or a person wrote: no quotes, no final full stops, no duplicates.

    A keyword that contains a list or several lines is split, and the commas of a number are removed: ``15000 crore``.
    Idempotent.
    """
    unique: dict[str, str] = {}
    lines = [" ".join(line.split()) for keyword in keywords for line in clean(keyword).split("\n")]
    for part in [part for line in lines for item in split_keywords(line) for part in split_keywords(item)]:
        text = _bare(_THOUSANDS.sub(_without_commas, part) if "," in part else part)
        if text:
            unique.setdefault(normalise_keyword(text), text)
    return tuple(unique.values())


def normalise_keyword(keyword: str) -> str:
    """The keyword for comparisons that ignore case and spacing."""
    return " ".join(keyword.casefold().split())


def has_empty_keyword(raw: str) -> bool:
    """Whether a list has nothing between two commas, before the first or after the last; False for an empty list."""
    return bool(raw.strip() and _EMPTY.search(raw))


def respaced(raw: str) -> str:
    """The list with one comma and one space between its keywords, and no other separators."""
    return join_keywords(split_keywords(raw))


def without_duplicates(raw: str) -> str:
    """The list without repeated keywords, the first of each kept; unchanged where none is repeated.

    Keywords that differ only in case and spacing are equal.
    """
    keywords = split_keywords(raw)
    unique: dict[str, str] = {}
    for keyword in keywords:
        unique.setdefault(normalise_keyword(keyword), keyword)
    if len(unique) == len(keywords):
        return raw
    # The joined list may split in another way: "a,a, ,a,a" gives "a,a", then "a".
    return without_duplicates(join_keywords(unique.values()))


def _without_commas(number: re.Match[str]) -> str:
    return number[0].replace(",", "")


def _bare(keyword: str) -> str:
    """The keyword without quotes, commas and full stops around it."""
    text = keyword
    while (bare := unquoted(text).strip(_STRAY).rstrip(_FINAL_MARKS)) != text:
        text = bare
    return text

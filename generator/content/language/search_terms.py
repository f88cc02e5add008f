"""Reads what a person types into a search field: words and "phrases", all of which a text must contain.

Words are compared by their stems. ``catal*`` stands for all words that begin so. Nothing that is typed is an error:
what is no word separates words.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from generator.content.language.stems import words

_PARTS = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+)')
_POSSESSIVE = re.compile(r"(?<=\w)(['’])(?=s\b)")
_NO_JOINTS = {"'": "", "’": ""}


class SearchTerm(NamedTuple):
    """Words that must follow each other; with ``is_prefix`` the last one may be the beginning of a word."""

    words: tuple[str, ...]
    is_prefix: bool = False


def search_terms(text: str) -> list[SearchTerm]:
    """The terms of a search; none if it has no words."""
    terms = []
    for part in _PARTS.finditer(text):
        typed = part.group()
        found = tuple(words(joined_possessives(typed, _NO_JOINTS)))
        if found:
            terms.append(SearchTerm(found, part.group(2) is not None and typed.endswith("*")))
    return terms


def joined_possessives(text: str, joints: Mapping[str, str]) -> str:
    """The text with a joint for the apostrophe of each ``'s``, so that "Newton's" is one word, as "Newtons" is.

    Args:
        joints: what takes the place of ``'`` and ``’``.
    """
    return _POSSESSIVE.sub(lambda found: joints[found.group()], text)

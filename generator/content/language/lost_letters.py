"""Restores words that lost their letters outside of ASCII: “Schrdinger” was “Schrödinger”, “Ren” was “René”.

Some exports drop these letters. A word is restored from the page's own answer, and only if one word there becomes it.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_]+")
# Characters outside of ASCII apart from punctuation and signs, as a fast test.
_OTHER_LETTER = re.compile(r"[^\x00-\xbf×÷\u2000-\u2bff]")
_OTHER_WORD = re.compile(r"[A-Za-z]*(?![\x00-\x7f])[^\W\d_][^\W\d_]*")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_FEWEST_LETTERS = 3


class LostWord(NamedTuple):
    """A word that lost letters, at ``start`` of its text, and the word that it was."""

    start: int
    word: str
    restored: str


def lost_words(text: str, answer: str) -> list[LostWord]:
    """The words of a text that lost letters.

    A word is restored if exactly one word of the answer becomes it without its letters outside of ASCII, and the answer
    does not have it as it is. Upper and lower case do not matter; words of fewer than three letters stay.

    Args:
        answer: the answer of the same page.
    """
    if not _OTHER_LETTER.search(answer):
        return []
    originals = _by_remainder(answer)
    if not originals:
        return []
    return [
        LostWord(match.start(), match.group(), restored)
        for match in _WORD.finditer(text)
        if (restored := _restored(match.group(), originals, is_lower=text.islower())) is not None
    ]


def with_lost_letters(text: str, answer: str) -> str:
    """The text with these words restored."""
    for lost in reversed(lost_words(text, answer)):
        text = text[: lost.start] + lost.restored + text[lost.start + len(lost.word) :]
    return text


def _by_remainder(answer: str) -> Mapping[str, str | None]:
    """By what remains of it in lower case, each word with other letters; None where several words remain the same."""
    # Signs such as “₂” count as word characters and are no letters.
    others = sorted({word for word in _OTHER_WORD.findall(answer) if word.isalpha() and not word.isascii()})
    if not others:
        return {}
    bare = {word.casefold() for word in _WORD.findall(answer) if word.isascii()}
    found: dict[str, str | None] = {}
    for word in others:
        remainder = _NOT_ASCII.sub("", word).casefold()
        if len(remainder) < _FEWEST_LETTERS or remainder in bare:
            continue
        other = found.get(remainder, word)
        if other is None or other.casefold() != word.casefold():
            found[remainder] = None
        elif remainder not in found or word.islower():
            found[remainder] = word
    return found


def _restored(word: str, originals: Mapping[str, str | None], *, is_lower: bool) -> str | None:
    """The word as it was, in its own case; ``is_lower`` is whether its whole text has no capital letter."""
    if not word.isascii():
        return None
    original = originals.get(word.casefold())
    if original is None:
        return None
    if word.isupper():
        return original.upper()
    if is_lower or (word.islower() and _NOT_ASCII.sub("", original).islower() and original[0].islower()):
        return original.lower()
    return original[0].upper() + original[1:] if word[0].isupper() else original

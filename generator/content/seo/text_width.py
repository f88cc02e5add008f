"""The width of a text in pixels, and how much of it a search result shows: texts are set in Arial, without kerning."""

import unicodedata
from functools import lru_cache

from generator.content.seo.arial import UNITS, WIDTHS

TITLE_SIZE = 20
"""The font size of a title in pixels."""
TITLE_WIDTH = 600
"""How many pixels of a title a search result shows."""
DESCRIPTION_SIZE = 14
"""The font size of a description in pixels."""
DESCRIPTION_WIDTH = 920
"""How many pixels of a description a search result shows on a desktop."""
PHONE_DESCRIPTION_WIDTH = 680
"""How many pixels of a description a search result shows on a phone."""

_ELLIPSIS = " …"
_DEFAULT = WIDTHS["0"]
"""The width of a character that the table lacks, of a script without wide characters: that of a digit."""
_WIDE = UNITS
"""The width of Chinese, Japanese and Korean characters and of emoji: a square of the font size."""
_UNMARKED = frozenset({"Mn", "Me", "Cf", "Cc"})
_SPACES = {
    "\u2002": UNITS // 2,
    "\u2003": UNITS,
    "\u3000": UNITS,
    "\u2009": UNITS // 5,
    "\u200a": UNITS // 10,
}


def width(text: str, size: int) -> float:
    """The width in pixels of a text at a font size in pixels."""
    return sum(map(_units, text)) * size / UNITS


def fitting(text: str, size: int, limit: float) -> str:
    """The text, or as many of its words as are no wider than ``limit`` pixels with an ellipsis after them."""
    if width(text, size) <= limit:
        return text
    end = _fitting_characters(text, limit * UNITS / size - sum(map(_units, _ELLIPSIS)))
    cut = text[:end]
    if not text[end].isspace() and " " in cut:
        cut = cut[: cut.rfind(" ")]
    return cut.rstrip(" ,;:-") + _ELLIPSIS


def _fitting_characters(text: str, room: float) -> int:
    """How many characters from the start of the text are no wider than ``room`` units."""
    for position, character in enumerate(text):
        room -= _units(character)
        if room < 0:
            return position
    return len(text)


@lru_cache(maxsize=4096)
def _units(character: str) -> int:
    """The advance width of a character; that of its plain letter where only a mark is missing in the table."""
    known = WIDTHS.get(character)
    if known is None:
        known = WIDTHS.get(unicodedata.normalize("NFD", character)[0])
    if known is not None:
        return known
    if unicodedata.category(character) in _UNMARKED:
        return 0
    if unicodedata.category(character) == "Zs":
        return _SPACES.get(character, WIDTHS[" "])
    is_wide = unicodedata.east_asian_width(character) in "WF" or character >= "\U0001f000"
    return _WIDE if is_wide else _DEFAULT

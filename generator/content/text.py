"""Cleans text from outside for YAML, terminals and pages, and normalises questions for comparisons.

Every text from a model, a question list or a source passes :func:`clean` once. After that it contains no character
that a YAML reader rejects or reads as a line break, that controls a terminal, or that is invisible.
"""

import re
import unicodedata
from functools import lru_cache

_LINE_BREAKS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")

# The characters of emoji: symbols and pictographs, with the skin tones.
_EMOJI = "\xa9\xae\u203c\u2049\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"

_UNWANTED = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\xad\u034f\u180b-\u180f\u200b\u200c\u2060-\u2064\u206a-\u206f\ufeff"  # invisible
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # writing direction
    "\ufe00-\ufe0d\ufff9-\ufffb\U000e0000-\U000e0fff"  # other variation selectors, annotations, tags
    "\ud800-\udfff\ufdd0-\ufdef"  # surrogates, noncharacters
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
    # A joiner or selector stays only where it makes an emoji.
    + f"|(?<![{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d|\u200d(?![{_EMOJI}])"
    + f"|(?<![{_EMOJI}])(?<![0-9#*](?=.\u20e3))[\ufe0e\ufe0f]"
)

# A quick test: most texts consist of characters that are never unwanted, whatever is next to them.
_SUSPECT = re.compile("[^\n\t -~\xa1-\xac\xae-\u034e\u2010-\u2027\u2030-\u205f\u2070-\u2bff]")


def clean(text: str) -> str:
    """The text without characters that break YAML, a terminal or a page; every line break is a ``\\n``.

    Removes control characters (except tab), lone surrogates, noncharacters, byte-order marks, direction controls,
    zero-width and tag characters; joiners and variation selectors stay only within emoji. Idempotent.
    """
    if (text.isascii() and text.isprintable()) or not _SUSPECT.search(text):
        return text
    return _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """The cleaned text with each run of white space replaced by one space, and none at the ends."""
    return " ".join(clean(text).split())


_QUOTATION_MARKS = "\"'“”‘’`"


def unquoted(text: str) -> str:
    """The text without quotation marks around the whole of it."""
    while len(text) > 2 and text[0] in _QUOTATION_MARKS and text[-1] in _QUOTATION_MARKS:
        text = text[1:-1].strip()
    return text


_QUOTES = re.compile("['\"`\xb4\u2018-\u201f\u2032-\u2037\xab\xbb\u2039\u203a]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
# Not removed: signs that change the question (C# and C, 3.5 and 35, 5 - 3 and 5 + 3).
_DROPPED = re.compile(
    r"(?<!\d)[.,:]|[.,:](?!\d)"  # stays within a number
    r"|(?<=[^\W\d_])-|-(?!\s*[\d(])"  # stays before an operand
    r"|[;!?()\[\]{}|_\u00a1\u00bf\u2026\u2022\u00b7\u3001\u3002]"
)


@lru_cache(maxsize=4_096)
def normalise_question(text: str) -> str:
    """The identity of a question: two texts with the same result ask the same question in the same words.

    Compatibility forms, case, quotes, hyphens, sentence punctuation and white space make no difference.
    """
    lowered = unicodedata.normalize("NFKC", clean(text)).casefold()
    unified = _DASHES.sub("-", _QUOTES.sub("", lowered))
    return " ".join(_DROPPED.sub(" ", unified).split())


def word_count(text: str) -> int:
    """The number of words, counted as a word processor does: runs of anything except white space."""
    return len(text.split())

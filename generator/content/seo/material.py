"""What of a published article goes to the model that rewrites its search fields, and which articles have nothing to go on."""

import re

from generator.content.phrases import REFUSAL
from generator.content.stems import FUNCTION_WORDS

MOST_CHARS = 6_000
"""Of an answer, sent to the model: more than any answer within the house style has."""

_PARAGRAPH = re.compile(r"\n\s*\n")
_LETTERS = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[^\W_]+")
_TESTED_CHARS = 2_000
_FEWEST_WORDS = 20
# The lowest share over thousands of English answers is 0.22; running German, French or Spanish has up to 0.12.
_FUNCTION_SHARE = 0.16
_REFUSAL_OPENS = 200


def excerpt(answer: str) -> str:
    """The answer, or as many of its first paragraphs as fit; a single one that is longer is cut at a word."""
    answer = answer.strip()
    if len(answer) <= MOST_CHARS:
        return answer
    head = answer[:MOST_CHARS]
    ends = [gap.start() for gap in _PARAGRAPH.finditer(head)]
    return head[: ends[-1]] if ends else head.rpartition(" ")[0] or head


def nothing_to_describe(answer: str) -> str | None:
    """Why no description can be made of an answer (Markdown with real line breaks); None where one can."""
    if not answer.strip():
        return "the answer is empty"
    if _refuses(answer):
        return "the answer is a refusal"
    if not _is_english(answer):
        return "the answer is not in English"
    return None


def _refuses(answer: str) -> bool:
    """Whether the answer opens by declining; a reservation further down leaves something to describe."""
    found = REFUSAL.found_in(answer)
    return found is not None and found.start() < _REFUSAL_OPENS


def _is_english(answer: str) -> bool:
    """A cheap test: mostly Latin letters, and the function words of English among the words."""
    sample = answer[:_TESTED_CHARS].lower()
    if not sample.isascii():
        letters = len(_LETTERS.findall(sample))
        if len(_LATIN.findall(sample)) < letters / 2:
            return False
    words = _WORD.findall(sample)
    known = sum(word in FUNCTION_WORDS for word in words)
    return len(words) < _FEWEST_WORDS or known >= _FUNCTION_SHARE * len(words)

"""Selects the part of an answer for the model that writes search fields, and finds answers that cannot be described."""

import re

from generator.content.language.phrases import REFUSAL
from generator.content.language.stems import FUNCTION_WORDS

MAX_CHARS = 6_000
"""The most characters of an answer that are sent to the model; answers in the house style are shorter."""

_PARAGRAPH = re.compile(r"\n\s*\n")
_LETTERS = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[^\W_]+")
_TESTED_CHARS = 2_000
_FEWEST_WORDS = 20
# Thousands of English answers have a share of at least 0.22; German, French and Spanish texts have at most 0.12.
_FUNCTION_SHARE = 0.16
_REFUSAL_OPENS = 200


def excerpt(answer: str) -> str:
    """The answer, or as many of its first paragraphs as fit; a longer first paragraph is cut between words."""
    answer = answer.strip()
    if len(answer) <= MAX_CHARS:
        return answer
    head = answer[:MAX_CHARS]
    ends = [gap.start() for gap in _PARAGRAPH.finditer(head)]
    return head[: ends[-1]] if ends else head.rpartition(" ")[0] or head


def nothing_to_describe(answer: str) -> str | None:
    """Why an answer (Markdown with real line breaks) cannot be described; None where it can."""
    if not answer.strip():
        return "the answer is empty"
    if _refuses(answer):
        return "the answer is a refusal"
    if not _is_english(answer):
        return "the answer is not in English"
    return None


def _refuses(answer: str) -> bool:
    """Whether the answer begins with a refusal; a refusal further down leaves something to describe."""
    found = REFUSAL.first_in(answer)
    return found is not None and found.start() < _REFUSAL_OPENS


def _is_english(answer: str) -> bool:
    """A fast test: the text has mostly Latin letters and enough English function words; short texts pass."""
    sample = answer[:_TESTED_CHARS].lower()
    if not sample.isascii():
        letters = len(_LETTERS.findall(sample))
        if len(_LATIN.findall(sample)) < letters / 2:
            return False
    words = _WORD.findall(sample)
    known = sum(word in FUNCTION_WORDS for word in words)
    return len(words) < _FEWEST_WORDS or known >= _FUNCTION_SHARE * len(words)

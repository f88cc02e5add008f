"""What a question is about, and which part of it a text takes up, compared by the stems of content words.

Words for what is asked ("role", "effect") and common phrases do not count; other spellings and derivations do, and so
do the words that an acronym stands for. Only words in Latin letters are compared: the stemmer knows no others.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from generator.content.duplicates.questions import defining_stems, missing_stems, signature, text_stems
from generator.content.language.stems import words
from generator.content.markdown.spans import prose_of

_LATIN = re.compile(r"[a-z]{2,}")
_ACRONYM = re.compile(r"\b[A-Z]{3,6}s?\b")


class TopicShare(NamedTuple):
    """How much of a question's topic a text has: ``share`` from 0 to 1, and the stems that it lacks."""

    share: float
    missing: frozenset[str]


def topic_share(question: str, text: str) -> TopicShare | None:
    """How much of the topic of a question a text takes up; None for a question without such words."""
    topic = _topic(question)
    if not topic:
        return None
    missing = missing_stems(topic, text_stems(text))
    if missing:
        missing -= _spelled_out(question, text)
    return TopicShare(1 - len(missing) / len(topic), missing)


def topic_words(question: str, missing: frozenset[str]) -> list[str]:
    """The words of a question that have these stems, as it spells them, in its order."""
    found = dict.fromkeys(re.findall(r"[^\W_]+", question))
    return [word for word in found if text_stems(word) & missing]


@lru_cache(maxsize=16_384)
def _topic(question: str) -> frozenset[str]:
    topic = signature(prose_of(question)).topic
    latin = frozenset(each for each in topic if _LATIN.fullmatch(each))
    return defining_stems(latin) or latin


def _spelled_out(question: str, text: str) -> frozenset[str]:
    """The stems of a question's acronyms whose words are in a text."""
    acronyms = [found.removesuffix("s") for found in _ACRONYM.findall(question)]
    if not acronyms:
        return frozenset()
    initials = "".join(word[0] for word in words(text))
    return frozenset().union(*(text_stems(each) for each in acronyms if each.lower() in initials))

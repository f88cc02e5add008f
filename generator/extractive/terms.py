"""Stems and weights of words, with which the offline writer ranks sentences.

A prompt has no corpus statistics, so the weight of a word comes from its kind: proper names and numbers have the
highest weight, generic verbs and adjectives a low one, and scaffold words ("role", "impact") the lowest.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from generator.extractive.word_lists import GENERIC_WORDS, SCAFFOLD_WORDS, STOP_WORDS

WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")

_SUFFIX = re.compile(
    r"(?:ization|isation|ational|ations|ation|ments|ment|ities|ity|ness|ings|ing|ions|ion|ances|ance|ences|ence"
    r"|ives|ive|ally|ably|ical|ics|ic|als|al|ers|er|ors|or|ies|ied|ed|es|ly|s|e|y)$"
)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A rough stem, in lower case: "interactions", "interacting" and "interact" have the same.

    This is not the stemmer of the index (content.stems): with that one, the writer answered 8 more and 4 fewer of 600
    questions, and 5 of the 8 from passages about another subject.
    """
    word = word.casefold().replace("’", "'").removesuffix("'s")
    if len(word) <= 3 or any(char.isdigit() for char in word):
        return word
    shorter = _SUFFIX.sub("", word)
    if len(shorter) >= 4:
        return shorter
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def words(text: str) -> list[str]:
    """The words of a text, as written."""
    return WORD.findall(text)


def content_stems(text: str) -> frozenset[str]:
    """The stems of a text's words without its stop words."""
    return frozenset(stem(word) for word in WORD.findall(text) if word.casefold() not in STOP_WORDS)


def question_weights(question: str) -> dict[str, float]:
    """The weight of each stem of a question: highest for names, lowest for scaffold words."""
    weights: dict[str, float] = {}
    for position, word in enumerate(WORD.findall(question)):
        lower = word.casefold()
        if lower in STOP_WORDS:
            continue
        if lower in SCAFFOLD_WORDS:
            weight = 0.15
        elif lower in GENERIC_WORDS:
            weight = 0.35
        elif position and (word[0].isupper() or word[0].isdigit()):
            weight = 1.6
        else:
            weight = 1.0
        key = stem(word)
        weights[key] = max(weights.get(key, 0.0), weight)
    return weights


def coverage(weights: Mapping[str, float], stems: frozenset[str]) -> float:
    """The share of the total weight whose stems are among ``stems``, from 0 to 1."""
    total = sum(weights.values())
    return sum(weight for key, weight in weights.items() if key in stems) / total if total else 0.0


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets of stems, from 0 to 1."""
    if not one or not other:
        return 0.0
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def containment(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set that is in the larger one, from 0 to 1."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """The stems of all sets."""
    return frozenset().union(*sets)

"""Do two questions ask the same thing? A number from 0 to 1, made for precision over recall.

A question is reduced to what it is about (the stems of its content words, with spelled numbers as digits
and near-synonyms of the exam-question trade folded together) and to what it asks of that (its aspects:
causes, effects, a comparison, ...). Two questions are as alike as these overlap. Whatever turns the meaning
round is a veto that caps the number at ``VETO_CAP``: other numbers, a negation on one side, one term exchanged
for another, opposite words, effects asked for against causes, "effects of X on Y" against "of Y on X".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from generator.content.duplicates.question_words import (
    ASPECTS,
    FRAME_WORDS,
    NEGATIONS,
    NUMBERS,
    OPPOSITES,
    SOFT_ASPECTS,
    SOFT_WORDS,
    SYNONYMS,
)
from generator.content.duplicates.thresholds import VETO_CAP
from generator.content.stems import FUNCTION_WORDS, stem, words

NARROWED_CAP = 0.78
"""The most that two questions reach when one asks of something narrower, or for something more."""
_FEW = 0.2

_DIGIT = re.compile(r"\d")
_POSSESSIVE = re.compile(r"['’]s?\b")
_ACTS = re.compile(
    r"\b(?:affect|influence|impact|shape|cause|produce|change|alter|predict|determine|drive|convert|become|lead)"
    r"(?:s|d|ed|ing)?\b"
)
_TOWARDS = re.compile(r"\b(?:on|upon|to|into|for)\b")


@dataclass(frozen=True, slots=True)
class Signature:
    """A question reduced to what decides its identity."""

    plain: str
    """The words in order, nothing but one space between them."""
    topic: frozenset[str]
    """Stems of what it is about."""
    aspects: frozenset[str]
    numbers: frozenset[str]
    negated: bool
    source: frozenset[str]
    """What acts, where the question tells what acts on what; else empty."""
    target: frozenset[str]


def similarity(one: str, other: str) -> float:
    """How much two questions ask the same: 1 the same words, ``DEFAULT_THRESHOLD`` and up near-duplicates."""
    return compare(signature(one), signature(other))


@lru_cache(maxsize=16_384)
def signature(question: str) -> Signature:
    """The question's signature."""
    text = _POSSESSIVE.sub("", question)
    tokens = words(text)
    topic: set[str] = set()
    aspects: set[str] = set()
    numbers: set[str] = set()
    for token in tokens:
        token = NUMBERS.get(token, token)
        if token in ASPECTS:
            aspects.add(ASPECTS[token])
        elif _DIGIT.search(token):
            numbers.add(token)
        elif token not in FUNCTION_WORDS and token not in FRAME_WORDS and token not in NEGATIONS:
            topic.add(_topic_stem(token))
    source, target = _direction(text, frozenset(topic))
    return Signature(
        plain=" ".join(tokens),
        topic=frozenset(topic),
        aspects=frozenset(aspects),
        numbers=frozenset(numbers),
        negated=not NEGATIONS.isdisjoint(tokens),
        source=source,
        target=target,
    )


def compare(one: Signature, other: Signature, *, least: float = 0.0) -> float:
    """``similarity`` of two questions whose signatures are at hand; symmetric.

    Below ``least`` the caller does not care: where it is quickly seen that a pair stays there, it may get 0.
    """
    if one.plain == other.plain:
        return 1.0
    shared = len(one.topic & other.topic)
    extra_one = len(one.topic) - shared
    extra_other = len(other.topic) - shared
    if 2 * shared < max(extra_one, extra_other) or not shared:
        return _overlap(shared, extra_one, extra_other) * VETO_CAP
    if least > VETO_CAP and _is_vetoed(one, other):
        return 0.0
    only_one = one.topic - other.topic
    only_other = other.topic - one.topic
    if only_one and only_other:
        only_one, only_other, matched = _match_spellings(only_one, only_other)
        shared += matched
    hard_one, hard_other = defining_stems(only_one), defining_stems(only_other)
    soft = len(only_one) + len(only_other) - len(hard_one) - len(hard_other)
    words_alike = _overlap(shared, len(hard_one) + 0.3 * soft, len(hard_other))
    score = 0.8 * words_alike + 0.2 * _aspect_overlap(one.aspects, other.aspects)
    if (hard_one and hard_other) or _is_vetoed(one, other):
        return min(score * VETO_CAP, VETO_CAP)
    if len(hard_one) + len(hard_other) > _FEW * shared or _hard(one, other) or _hard(other, one):
        return min(score, NARROWED_CAP)
    return min(score, 0.99)


def defining_stems(topic: frozenset[str]) -> frozenset[str]:
    """The stems without which a question is another one."""
    return topic - SOFT_WORDS


def stem_parts(stem: str) -> tuple[str, ...]:
    """How a stem begins, and how a long one goes on: two spellings of a word share one (see ``_same_word``)."""
    return (stem[:5], "-" + stem[5:]) if len(stem) >= 8 else (stem[:5],)


def max_missing_stems(size: int) -> int:
    """How many defining_stems stems of a topic of ``size`` may be missing in one that ``compare`` puts above ``NARROWED_CAP``."""
    return int(_FEW * size / (1 + _FEW) + 1e-9)


_SKETCH_BITS = 256


@lru_cache(maxsize=65_536)
def _bits(stem: str) -> int:
    bits = 0
    for end in stem_parts(stem):
        bits |= 1 << (hash(end) % _SKETCH_BITS)
    return bits


def sketch(topic: frozenset[str]) -> int:
    """A topic as one number, to be compared within one process: two spellings of a stem share a bit.

    Above the bits stands how many stems are defining_stems.
    """
    bits = len(defining_stems(topic)) << _SKETCH_BITS
    for each in topic:
        bits |= _bits(each)
    return bits


def may_reach(hard: Iterable[str], size: int, other: int, least: float) -> bool:
    """Whether ``compare`` may say ``least`` of two topics, as far as their sketches tell.

    Args:
        hard: the ``defining_stems`` stems of one topic, which has ``size`` in all.
        other: the ``sketch`` of the other.
    """
    if least <= NARROWED_CAP:
        return True
    most = max_missing_stems(size)
    missing = 0
    for each in hard:
        if not _bits(each) & other:
            missing += 1
            if missing > most:
                return False
    shared = size - missing
    return missing + max(0, (other >> _SKETCH_BITS) - shared) <= _FEW * shared + 1e-9


def _is_vetoed(one: Signature, other: Signature) -> bool:
    """Whether the two ask for different things, however alike their topics are."""
    return (
        one.numbers != other.numbers
        or one.negated != other.negated
        or bool(_hard(one, other) and _hard(other, one))
        or _turned_round(one, other)
    )


def _topic_stem(word: str) -> str:
    word = SYNONYMS.get(word, word)
    return stem(word)


def _overlap(shared: float, only_one: float, only_other: float) -> float:
    """Dice: twice what is shared in all there is."""
    return 2 * shared / (2 * shared + only_one + only_other) if shared else 0.0


def _aspect_overlap(one: frozenset[str], other: frozenset[str]) -> float:
    if one == other:
        return 1.0
    return _overlap(len(one & other), len(one - other), len(other - one))


def _hard(one: Signature, other: Signature) -> frozenset[str]:
    """What one asks for, the other does not, and another wording would not leave out."""
    return one.aspects - other.aspects - SOFT_ASPECTS


def _turned_round(one: Signature, other: Signature) -> bool:
    """Whether what acts in one is acted on in the other."""
    if not (one.source and other.target) and not (one.target and other.source):
        return False
    straight = len(one.source & other.source) + len(one.target & other.target)
    crossed = len(one.source & other.target) + len(one.target & other.source)
    return crossed > straight


def _direction(text: str, topic: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """What acts and what is acted on: "(effects) of X on Y", "how does X affect Y", "how is Y affected by X"."""
    lowered = text.lower()
    acts = _ACTS.search(lowered)
    if acts:
        before, after = lowered[: acts.start()], lowered[acts.end() :]
        passive = after.lstrip().startswith("by ")
        if _stems_in(before, topic) and _stems_in(after, topic):
            sides = (_stems_in(before, topic), _stems_in(after, topic))
            return (sides[1], sides[0]) if passive else sides
    start = re.search(
        r"\b(?:effects?|impacts?|influences?|contributions?|role|transition|shift)\s+(?:of|from)\b", lowered
    )
    if start:
        towards = _TOWARDS.search(lowered, start.end())
        if towards:
            return (
                _stems_in(lowered[start.end() : towards.start()], topic),
                _stems_in(lowered[towards.end() :], topic),
            )
    return frozenset(), frozenset()


def _stems_in(text: str, topic: frozenset[str]) -> frozenset[str]:
    return frozenset(_topic_stem(word) for word in words(text)) & topic


def _match_spellings(
    one: frozenset[str], other: frozenset[str]
) -> tuple[frozenset[str], frozenset[str], int]:
    """Pairs of leftover stems that are one word in two spellings or derivations, taken out of both."""
    left, right, matched = set(one), set(other), 0
    for word in sorted(one):
        for candidate in sorted(right):
            if _could_be_same(word, candidate) and _same_word(word, candidate):
                left.discard(word)
                right.discard(candidate)
                matched += 1
                break
    return frozenset(left), frozenset(right), matched


def _could_be_same(one: str, other: str) -> bool:
    """The cheap half of ``_same_word``: one beginning, or one length."""
    return one[:5] == other[:5] or len(one) == len(other) >= 8


@lru_cache(maxsize=16_384)
def _same_word(one: str, other: str) -> bool:
    """Whether two stems share a long beginning, or differ by one letter in eight or more."""
    short, long = sorted((one, other), key=len)
    if len(short) < 5 or OPPOSITES.get(one) == other:
        return False
    common = 0
    for first, second in zip(short, long, strict=False):
        if first != second:
            break
        common += 1
    if common >= 5 and common >= len(short) - 2 and len(long) - common <= 4:
        return True
    return (
        len(short) >= 8
        and len(short) == len(long)
        and sum(a != b for a, b in zip(short, long, strict=True)) == 1
    )

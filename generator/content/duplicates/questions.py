"""Measures how similar two questions are: a number from 0 to 1, which prefers precision to recall.

A question is reduced to its topic (the stems of its content words, with numbers as digits and synonyms unified) and
to its aspects (what it asks about the topic: causes, effects, a comparison, ...). The similarity of two questions is
the overlap of both. A difference that changes the meaning is a veto, which caps the similarity at ``VETO_CAP``: other
numbers, a negation in one question only, another term, opposite words, effects instead of causes, or "effects of X on
Y" instead of "effects of Y on X".
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
from generator.content.language.stems import FUNCTION_WORDS, stem, words

NARROWED_CAP = 0.78
"""The highest similarity of two questions where one has a narrower topic or asks for more."""
_MAX_MISSING_SHARE = 0.2

_DIGIT = re.compile(r"\d")
_POSSESSIVE = re.compile(r"['’]s?\b")
_ACTS = re.compile(
    r"\b(?:affect|influence|impact|shape|cause|produce|change|alter|predict|determine|drive|convert|become|lead)"
    r"(?:s|d|ed|ing)?\b"
)
_TOWARDS = re.compile(r"\b(?:on|upon|to|into|for)\b")


@dataclass(frozen=True, slots=True)
class Signature:
    """A question reduced to what defines it.

    Attributes:
        plain: its words in order, with one space between them.
        topic: the stems of its topic.
        aspects: what it asks about the topic.
        numbers: its numbers, as digits.
        negated: whether it contains a negation.
        source: the stems of what acts, where the question says what acts on what; else empty.
        target: the stems of what is acted on; else empty.
    """

    plain: str
    topic: frozenset[str]
    aspects: frozenset[str]
    numbers: frozenset[str]
    negated: bool
    source: frozenset[str]
    target: frozenset[str]


def similarity(one: str, other: str) -> float:
    """The similarity of two questions, from 0 to 1; 1 for the same words in the same order."""
    return compare(signature(one), signature(other))


@lru_cache(maxsize=65_536)  # of a whole site, about 1 kB each
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
    """The similarity of two questions, from their signatures; symmetric.

    Args:
        least: below this value the result may be 0 instead of the similarity, which is faster.
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
    missing_one, missing_other = defining_stems(only_one), defining_stems(only_other)
    missing = len(missing_one) + len(missing_other)
    soft = len(only_one) + len(only_other) - missing
    topic_overlap = _overlap(shared, len(missing_one) + 0.3 * soft, len(missing_other))
    score = 0.8 * topic_overlap + 0.2 * _aspect_overlap(one.aspects, other.aspects)
    if (missing_one and missing_other) or _is_vetoed(one, other):
        return min(score * VETO_CAP, VETO_CAP)
    if (
        missing > _MAX_MISSING_SHARE * shared
        or _defining_aspects(one, other)
        or _defining_aspects(other, one)
    ):
        return min(score, NARROWED_CAP)
    return min(score, 0.99)


def defining_stems(topic: frozenset[str]) -> frozenset[str]:
    """The stems of a topic that define the question; the other stems may be missing in another wording."""
    return topic - SOFT_WORDS


@lru_cache(maxsize=16_384)
def text_stems(text: str) -> frozenset[str]:
    """The stems of a text's words, in the form of :attr:`Signature.topic`, and its numbers as digits."""
    return frozenset(
        _topic_stem(NUMBERS.get(word, word)) for word in words(text) if word not in FUNCTION_WORDS
    )


def missing_stems(wanted: frozenset[str], present: frozenset[str]) -> frozenset[str]:
    """Those of the wanted stems that are not present, in no spelling or derivation."""
    missing = wanted - present
    return _match_spellings(missing, present - wanted)[0] if missing else missing


def asks_something_else(one: Signature, other: Signature) -> bool:
    """Whether two questions have different meanings, whatever their topics: a veto of :func:`compare`."""
    return _is_vetoed(one, other)


def stem_parts(stem: str) -> tuple[str, ...]:
    """The beginning of a stem and, for a long one, its end.

    Two spellings of a word have one of these parts in common (see ``_same_word``).
    """
    return (stem[:5], "-" + stem[5:]) if len(stem) >= 8 else (stem[:5],)


def max_missing_stems(size: int) -> int:
    """How many defining stems of a topic with ``size`` stems may be missing in another, for more than NARROWED_CAP."""
    return int(_MAX_MISSING_SHARE * size / (1 + _MAX_MISSING_SHARE) + 1e-9)


_SKETCH_BITS = 256


@lru_cache(maxsize=65_536)
def stem_bits(stem: str) -> int:
    """The parts of a stem as bits: a topic whose sketch has none of them does not contain the stem, in any spelling."""
    bits = 0
    for part in stem_parts(stem):
        bits |= 1 << (hash(part) % _SKETCH_BITS)
    return bits


def sketch(topic: frozenset[str]) -> int:
    """A topic as one number for :func:`may_reach`; valid only within one process, because it uses ``hash``.

    The low bits are a Bloom filter of the parts of the stems. The higher bits are the number of defining stems.
    """
    bits = len(defining_stems(topic)) << _SKETCH_BITS
    for each in topic:
        bits |= stem_bits(each)
    return bits


def may_reach(defining: Iterable[str], size: int, other: int, least: float) -> bool:
    """Whether ``compare`` can return ``least`` or more for two topics; a quick test that never rules out such a pair.

    Args:
        defining: the defining stems of one topic.
        size: the number of all stems of that topic.
        other: the sketch of the other topic.
    """
    if least <= NARROWED_CAP:
        return True
    max_missing = max_missing_stems(size)
    missing = 0
    for each in defining:
        if not stem_bits(each) & other:
            missing += 1
            if missing > max_missing:
                return False
    shared = size - missing
    return missing + max(0, (other >> _SKETCH_BITS) - shared) <= _MAX_MISSING_SHARE * shared + 1e-9


def beginnings(stems: Iterable[str]) -> int:
    """The beginnings of some stems as bits of one number; valid only within one process, because it uses ``hash``."""
    bits = 0
    for each in stems:
        bits |= 1 << (hash(stem_parts(each)[0]) % _SKETCH_BITS)
    return bits


def _is_vetoed(one: Signature, other: Signature) -> bool:
    """Whether the two questions have different meanings, whatever their topics."""
    return (
        one.numbers != other.numbers
        or one.negated != other.negated
        or bool(_defining_aspects(one, other) and _defining_aspects(other, one))
        or _is_reversed(one, other)
    )


def _topic_stem(word: str) -> str:
    word = SYNONYMS.get(word, word)
    return stem(word)


def _overlap(shared: float, only_one: float, only_other: float) -> float:
    """The Dice coefficient."""
    return 2 * shared / (2 * shared + only_one + only_other) if shared else 0.0


def _aspect_overlap(one: frozenset[str], other: frozenset[str]) -> float:
    if one == other:
        return 1.0
    return _overlap(len(one & other), len(one - other), len(other - one))


def _defining_aspects(one: Signature, other: Signature) -> frozenset[str]:
    """The aspects that only ``one`` asks for and that every wording of its question would name."""
    return one.aspects - other.aspects - SOFT_ASPECTS


def _is_reversed(one: Signature, other: Signature) -> bool:
    """Whether what acts in one question is acted on in the other."""
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
    """Removes pairs of stems that are two spellings or derivations of one word; returns the rests and the count."""
    left, right, matched = set(one), sorted(other), 0
    for word in sorted(one):
        beginning, size = word[:5], len(word)
        for candidate in right:
            # The same beginning or the same length: a quick test before ``_same_word``.
            if (candidate[:5] == beginning or len(candidate) == size >= 8) and _same_word(word, candidate):
                left.discard(word)
                right.remove(candidate)
                matched += 1
                break
    return frozenset(left), frozenset(right), matched


@lru_cache(maxsize=16_384)
def _same_word(one: str, other: str) -> bool:
    """Whether two stems have a long beginning in common, or have eight or more letters and differ in one."""
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

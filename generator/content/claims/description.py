"""Holds a description against the answer that it describes, by rules alone: figures, names, negations, hedges.

A description shortens its answer, so only certain differences count. A *contradiction* is a sentence of the answer that
says the same with another number, name or negation, or the same without the answer's hedge. What is *not held* is a
figure or name that the answer and its question do not have at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from generator.content.claims.compare import SourcePassage, verdict_by_rules
from generator.content.claims.find import find_claims
from generator.content.claims.names import names
from generator.content.claims.numbers import NUMBER_WORDS, Quantity, quantities
from generator.content.claims.text import claim_sentences, plain
from generator.content.language.stems import FUNCTION_WORDS, stem, word_set, words

Difference = Literal["contradicted", "hedge dropped", "not held"]

_FIELD = "page_description"
_ID = "answer"
# Small counts may be counted by the writer: three points of the answer are "three reasons".
_COUNTED_TO = Decimal(12)
_YEARS = range(1000, 2100)
_SHARED = 0.75
_FEWEST_STEMS = 4
_SHARED_OF_HEDGED = 0.85
_FEWEST_STEMS_OF_HEDGED = 5
_LIKELY_NAMES = re.compile(r"(?:an|ian|ish|ese|ic|ist|ists|ans|ians)\Z")
_ADJECTIVES_OF_PLACES = word_set("french dutch greek greeks swiss welsh danish thai czech turk turks")
_NAME_PREFIX = 5
_ORDINALS = word_set("st nd rd th")
_MODALS = word_set(
    "may might could possibly perhaps probably likely potentially presumably apparently suggests suggest seems seem appears"
)
_SOFTENED = re.compile(
    r"\blaid the (?:groundwork|foundations?) for\b|\bpaved the way for\b|\bcontributed to\b", re.IGNORECASE
)
_STATED = re.compile(r"\b(?:led to|caused|resulted in|brought about|produced)\b", re.IGNORECASE)
_CAUSES = frozenset(
    stem(word)
    for word in word_set(
        "laid groundwork foundation foundations paved way contributed led caused resulted brought produced"
    )
)


@dataclass(frozen=True, slots=True)
class DescriptionDifference:
    """What a description says otherwise than its answer.

    Args:
        words: of the description; ``start`` and ``end`` are their offsets in it.
        quote: the sentence of the answer; empty where nothing in it holds the words.
    """

    kind: Difference
    words: str
    start: int
    end: int
    quote: str = ""


@lru_cache(maxsize=256)
@lru_cache(maxsize=16)
def differences(description: str, answer: str, question: str = "") -> tuple[DescriptionDifference, ...]:
    """What a description (plain text) says otherwise than its answer (Markdown), in the order of the description.

    Kept for the next calls: each of several rules asks for one kind of difference.
    """
    if not description.strip() or not answer.strip():
        return ()
    found = [
        *_contradictions(description, answer),
        *_other_figures(description, answer, question),
        *_unknown_names(description, answer, question),
        *_dropped_hedges(description, answer),
    ]
    taken: list[DescriptionDifference] = []
    for item in found:
        if all(item.end <= other.start or item.start >= other.end for other in taken):
            taken.append(item)
    return tuple(sorted(taken, key=lambda item: item.start))


def _contradictions(description: str, answer: str) -> Iterator[DescriptionDifference]:
    """Claims of which a sentence of the answer is the same in all but one number, name or negation."""
    passage = (SourcePassage(_ID, _ID, answer),)
    for claim in find_claims({_FIELD: description}):
        verdict = verdict_by_rules(claim, passage)
        if verdict is not None and verdict.name == "contradicted":
            yield DescriptionDifference(
                "contradicted", claim.words, claim.start, claim.end, verdict.quote or ""
            )


def _other_figures(description: str, answer: str, question: str) -> Iterator[DescriptionDifference]:
    """Figures that the answer has not; contradicted where a sentence about the same has another one with this unit."""
    known = {item.value for item in (*_quantities(answer), *quantities(question))}
    known |= {part for value in known for part in _parts_of(value)}
    for item in quantities(description):
        if (
            item.value in known
            or item.unit in _ORDINALS
            or (item.value <= _COUNTED_TO and item.value == item.value.to_integral_value())
        ):
            continue
        place = _place_of(item, description)
        if place is None:
            continue
        quote = _sentence_with_other(item, description, answer)
        kind: Difference = "contradicted" if quote else "not held"
        yield DescriptionDifference(kind, description[place[0] : place[1]], *place, quote)


def _unknown_names(description: str, answer: str, question: str) -> Iterator[DescriptionDifference]:
    """Names of which the answer and the question have no word."""
    source = plain(f"{answer} {question}")
    known = set(words(source))
    beginnings = {word[:_NAME_PREFIX] for word in known}
    initials = "".join(word[0] for word in words(source))
    sentences = [description[start:end] for start, end in claim_sentences(description)]
    for name in dict.fromkeys(name for sentence in sentences for name in names(plain(sentence))):
        parts = [part for part in words(name) if len(part) > 1]
        if not parts or any(
            part in known
            or part[:_NAME_PREFIX] in beginnings
            or part in _ADJECTIVES_OF_PLACES
            or _LIKELY_NAMES.search(part)
            or part.removesuffix("s") in initials
            for part in parts
        ):
            continue
        start = description.find(name)
        if start >= 0:
            yield DescriptionDifference("not held", name, start, start + len(name))


def _dropped_hedges(description: str, answer: str) -> Iterator[DescriptionDifference]:
    """Sentences that say what a sentence of the answer says, without the "may" that stands in its midst."""
    hedged = [item for item in _sentences(answer) if item.hedges or _SOFTENED.search(item.text)]
    for start, end in claim_sentences(description):
        sentence = description[start:end]
        content = _content(sentence)
        own = set(words(sentence))
        if len(content) < _FEWEST_STEMS_OF_HEDGED:
            continue
        for other in hedged:
            at = [other.places[stemmed] for stemmed in content if stemmed in other.places]
            if len(at) < _SHARED_OF_HEDGED * len(content) or at != sorted(at):
                continue
            between = [word for place, word in other.hedges if min(at) < place < max(at)]
            if (between and not own & _MODALS and not _can(sentence)) or _overstates(sentence, other.text):
                yield DescriptionDifference(
                    "hedge dropped", sentence, start, end, " ".join(other.text.split())
                )
                break


def _overstates(sentence: str, other: str) -> bool:
    """Whether the sentence says "led to" where the other says "laid the groundwork for"."""
    return bool(_STATED.search(sentence) and _SOFTENED.search(other) and not _STATED.search(other))


def _can(sentence: str) -> bool:
    return bool(
        re.search(
            r"\b(?:can|would|should|often|sometimes|usually|generally|tend|tends|thought|believed)\b",
            sentence,
        )
    )


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of an answer: the place of each stem among its words, and its hedges with their places."""

    text: str
    places: dict[str, int]
    hedges: tuple[tuple[int, str], ...]
    quantities: tuple[Quantity, ...]


@lru_cache(maxsize=64)
def _sentences(answer: str) -> tuple[_Sentence, ...]:
    return tuple(_read(answer[start:end]) for start, end in claim_sentences(answer))


def _read(text: str) -> _Sentence:
    all_words = words(plain(text))
    places: dict[str, int] = {}
    for at, word in enumerate(all_words):
        if word not in FUNCTION_WORDS:
            places.setdefault(stem(word), at)
    hedges = tuple((at, word) for at, word in enumerate(all_words) if word in _MODALS)
    return _Sentence(text, places, hedges, tuple(quantities(text)))


@lru_cache(maxsize=64)
def _quantities(answer: str) -> tuple[Quantity, ...]:
    return tuple(quantities(answer))


def _content(sentence: str) -> list[str]:
    """The stems of content of a sentence, without numbers and the words for causes that hedges differ in."""
    found = (stem(word) for word in words(plain(sentence)) if word not in FUNCTION_WORDS)
    return [stemmed for stemmed in found if not stemmed.isdigit() and stemmed not in _CAUSES]


def _sentence_with_other(item: Quantity, description: str, answer: str) -> str:
    """A sentence of the answer that is about the same and has one other number with the unit of ``item``; else empty."""
    unit = _unit(item)
    if not unit:
        return ""
    wanted = [stemmed for stemmed in _content(description) if stemmed not in NUMBER_WORDS]
    for other in _sentences(answer):
        values = {each.value for each in other.quantities if _unit(each) == unit}
        shared = sum(stemmed in other.places for stemmed in wanted)
        if len(values) == 1 and len(wanted) >= _FEWEST_STEMS and shared >= _SHARED * len(wanted):
            return " ".join(other.text.split())
    return ""


def _unit(item: Quantity) -> str:
    """The unit of a quantity; a bare number that may be a year counts as one."""
    if not item.unit and item.value in _YEARS and item.value == item.value.to_integral_value():
        return "year of the calendar"
    return item.unit


def _place_of(item: Quantity, description: str) -> tuple[int, int] | None:
    """Where the digits of a quantity are; None for a number in words, whose form may be the writer's own."""
    for found in re.finditer(r"\d[\d,]*(?:\.\d+)?", description):
        if any(
            each.value == item.value or Decimal(found[0].replace(",", "")) == item.value
            for each in quantities(found[0])
        ):
            return found.span()
    scaled = re.search(
        r"\d[\d,.]*\d?[ -](?:hundred|thousand|million|billion|trillion)", description, re.IGNORECASE
    )
    return scaled.span() if scaled and quantities(scaled[0])[0].value == item.value else None


def _parts_of(value: Decimal) -> Iterator[Decimal]:
    """Other forms of a number of the answer: of a share in percent, and rounded to whole numbers."""
    yield (value * 100).normalize()
    yield value.to_integral_value().normalize()

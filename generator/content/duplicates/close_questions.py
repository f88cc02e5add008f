"""An index of questions in memory that finds the close ones: the same topic, perhaps narrower, that may or may not be the same.

Of two close questions, one contains all defining stems of the other (:func:`compare` gives every other pair less than
``VETO_CAP``). So the index looks a question up in two ways: by its rarest stem, for the questions that contain all its
stems, and by the longest stem of each earlier question, for those that have no other defining stems.
"""

from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Generic, TypeVar

from generator.content.duplicates.question_index import NearestQuestion
from generator.content.duplicates.questions import (
    Signature,
    beginnings,
    compare,
    defining_stems,
    signature,
    sketch,
    stem_bits,
    stem_parts,
)

K = TypeVar("K", bound=Hashable)

MOST_CLOSE = 5
"""How many close questions count."""
_MAX_COMPARED = 400


class CloseQuestions(Generic[K]):
    """Questions with the caller's keys.

    Args:
        least: the lowest similarity of close questions, from 0.5.
        below: the similarity from which questions are near duplicates, and not only close.
    """

    def __init__(self, least: float, below: float) -> None:
        self._least = least
        self._below = below
        self._questions: list[tuple[K, str]] = []
        self._sketches: list[int] = []
        # The beginnings of defining stems, as bits; without long stems, which may be spelled with another beginning.
        self._needed: list[int] = []
        self._by_stem: dict[str, array[int]] = {}
        self._by_leading: dict[str, array[int]] = {}

    def __len__(self) -> int:
        return len(self._questions)

    def add(self, question: str, key: K) -> None:
        """Add a question."""
        added = signature(question)
        number = len(self._questions)
        self._questions.append((key, question))
        self._sketches.append(sketch(added.topic))
        self._needed.append(
            beginnings(each for each in defining_stems(added.topic) if len(stem_parts(each)) == 1)
        )
        for postings, part in self._places(added):
            postings.setdefault(part, array("I")).append(number)

    def truncate(self, size: int) -> None:
        """Remove all questions but the first ``size``."""
        while len(self._questions) > size:
            _, question = self._questions.pop()
            self._sketches.pop()
            self._needed.pop()
            for postings, part in self._places(signature(question)):
                postings[part].pop()

    def close_to(self, question: str) -> list[NearestQuestion[K]]:
        """The questions that are close to a question, most similar first, at most ``MOST_CLOSE``; the earliest of equals."""
        asked = signature(question)
        found = []
        for number in sorted(self._candidates(asked)):
            key, other = self._questions[number]
            similarity = closeness(asked, signature(other), self._least)
            if self._least <= similarity < self._below:
                found.append(NearestQuestion(key, other, similarity))
        return sorted(found, key=lambda each: -each.similarity)[:MOST_CLOSE]

    def _places(self, added: Signature) -> Iterator[tuple[dict[str, "array[int]"], str]]:
        for part in _parts(added):
            yield self._by_stem, part
        for part in {part for each in _leading(added) for part in stem_parts(each)}:
            yield self._by_leading, part

    def _candidates(self, asked: Signature) -> set[int]:
        """The numbers of the questions that may be close; not of all where there are very many."""
        return set(islice(chain(self._wider(asked), self._narrower(asked)), _MAX_COMPARED))

    def _wider(self, asked: Signature) -> list[int]:
        """Those that contain all defining stems of the question."""
        defining = defining_stems(asked.topic)
        parts = min(map(stem_parts, sorted(defining)), key=self._count) if defining else _parts(asked)
        numbers, sketches = list(self._listed(self._by_stem, parts)), self._sketches
        for bits in map(stem_bits, defining):
            numbers = [number for number in numbers if bits & sketches[number]]
        return numbers

    def _narrower(self, asked: Signature) -> Iterator[int]:
        """Those that have no defining stems but the question's."""
        absent, needed = ~beginnings(asked.topic), self._needed
        listed = self._listed(self._by_leading, _parts(asked))
        return (number for number in listed if not needed[number] & absent)

    def _count(self, parts: Iterable[str]) -> int:
        return sum(len(self._by_stem.get(part, ())) for part in parts)

    @staticmethod
    def _listed(postings: Mapping[str, "array[int]"], parts: Iterable[str]) -> Iterator[int]:
        return chain.from_iterable(postings.get(part, ()) for part in parts)


def closeness(one: Signature, other: Signature, least: float) -> float:
    """The similarity of two questions; 0 where each names numbers that the other does not.

    Args:
        least: below this value the result may be 0, which is faster.
    """
    if one.numbers and other.numbers and one.numbers != other.numbers:
        return 0.0
    return compare(one, other, least=least)


def _leading(question: Signature) -> frozenset[str]:
    """The longest defining stem, which is rarely a common one; without defining stems all others."""
    defining = defining_stems(question.topic)
    return frozenset([max(defining, key=lambda each: (len(each), each))]) if defining else question.topic


def _parts(question: Signature) -> list[str]:
    return sorted({part for each in question.topic for part in stem_parts(each)})

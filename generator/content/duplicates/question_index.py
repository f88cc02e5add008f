"""An index of questions in memory that finds the most similar question without comparing all of them.

A near duplicate of a question contains nearly all of its defining stems, possibly in another spelling. The index lists
each question under the parts of its stems, and compares a new question only with those under its rarest parts. It
handles thousands of questions per second and needs some hundred bytes per question.
"""

from array import array
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from generator.content.duplicates.questions import (
    NARROWED_CAP,
    Signature,
    compare,
    defining_stems,
    max_missing_stems,
    may_reach,
    signature,
    sketch,
    stem_parts,
)
from generator.content.duplicates.thresholds import DEFAULT_THRESHOLD, VETO_CAP

K = TypeVar("K", bound=Hashable)

_MAX_COMPARED = 400
_MAX_MATCHED = 5_000


class NearestQuestion(NamedTuple, Generic[K]):
    """The most similar question of an index."""

    key: K
    question: str
    similarity: float


class QuestionIndex(Generic[K]):
    """Questions with the caller's keys; only the last ones can be removed.

    Args:
        threshold: the lowest similarity that :meth:`nearest` and :meth:`near` report.
        most_compared: a search for very common words compares about this many questions at most.

    Raises:
        ValueError: the threshold is not above ``VETO_CAP``.
    """

    def __init__(self, threshold: float = DEFAULT_THRESHOLD, *, most_compared: int = _MAX_COMPARED) -> None:
        if threshold <= VETO_CAP:
            raise ValueError(f"the threshold must be above {VETO_CAP}: below it, questions share only words")
        self._threshold = threshold
        self._most_compared = most_compared
        self._is_complete = True
        self._questions: list[tuple[K, str]] = []
        self._sketches: list[int] = []
        self._postings: dict[str, array[int]] = {}

    def __len__(self) -> int:
        return len(self._questions)

    def add(self, question: str, key: K) -> None:
        """Add a question; the same question may be added several times."""
        number = len(self._questions)
        self._questions.append((key, question))
        added = signature(question)
        self._sketches.append(sketch(added.topic))
        for entry in _entries(added):
            if entry not in self._postings:
                self._postings[entry] = array("I")
            self._postings[entry].append(number)

    def truncate(self, size: int) -> None:
        """Remove all questions but the first ``size``."""
        while len(self._questions) > size:
            _, question = self._questions.pop()
            self._sketches.pop()
            for entry in _entries(signature(question)):
                self._postings[entry].pop()

    def nearest(self, question: str) -> NearestQuestion[K] | None:
        """The most similar question, the earliest of several; None where no similarity reaches the threshold."""
        return max(self._similar(question), key=lambda found: found.similarity, default=None)

    def near(self, question: str) -> list[NearestQuestion[K]]:
        """All questions whose similarity reaches the threshold, in the order in which they were added."""
        return list(self._similar(question))

    @property
    def is_complete(self) -> bool:
        """Whether no search so far has left out questions because there are very many with common words."""
        return self._is_complete

    def _similar(self, question: str) -> Iterator[NearestQuestion[K]]:
        asked = signature(question)
        defining = defining_stems(asked.topic)
        for number in self._candidates(asked):
            if not may_reach(defining, len(asked.topic), self._sketches[number], self._threshold):
                continue
            key, other = self._questions[number]
            similarity = compare(asked, signature(other), least=self._threshold)
            if similarity >= self._threshold:
                yield NearestQuestion(key, other, similarity)

    def _candidates(self, asked: Signature) -> list[int]:
        """The numbers of all questions that can be similar; not of all where there are very many."""
        prefix = _prefix(asked)
        if not asked.topic:
            return list(self._postings.get(prefix + asked.plain, ()))
        stems = asked.topic
        if self._threshold > NARROWED_CAP:
            # A near duplicate has at least one of these stems: one defining stem more than may be missing in it.
            # If the question has fewer defining stems, all of its stems are needed.
            defining = defining_stems(stems)
            needed = max_missing_stems(len(stems)) + 1
            if len(defining) < needed:
                needed = len(stems)
            else:
                stems = defining
        else:
            needed = len(stems) // 2 + 1
        # For each stem the postings of its parts; rare stems first.
        postings = [
            [self._postings.get(prefix + part, _NOTHING) for part in stem_parts(stem)]
            for stem in sorted(stems)
        ]
        postings.sort(key=lambda lists: sum(map(len, lists)))
        if (
            needed < len(postings)
            and self._threshold > NARROWED_CAP
            and sum(map(len, postings[needed])) <= _MAX_MATCHED
        ):
            # With one more stem, a near duplicate has at least two of them.
            return sorted(_in_two(postings[: needed + 1]))
        found: set[int] = set()
        for lists in postings[:needed]:
            if found and len(found) + sum(map(len, lists)) > self._most_compared:
                self._is_complete = False
                break
            found.update(*lists)
        return sorted(found)


def _in_two(groups: Sequence[Sequence[Iterable[int]]]) -> set[int]:
    """The numbers that are in at least two of the groups; a group is the union of its lists."""
    in_one: set[int] = set()
    in_two: set[int] = set()
    last = len(groups) - 1
    for index, lists in enumerate(groups):
        for numbers in lists:
            in_two.update(in_one.intersection(numbers))
        if index < last:
            in_one.update(*lists)
    return in_two


_NOTHING: "array[int]" = array("I")


def _entries(question: Signature) -> set[str]:
    """Under what the index lists a question."""
    prefix = _prefix(question)
    entries = {prefix + part for stem in question.topic for part in stem_parts(stem)}
    return entries or {prefix + question.plain}


def _prefix(question: Signature) -> str:
    """The numbers of a question and its negation, as part of every entry: similar questions do not differ in them."""
    numbers = ",".join(sorted(question.numbers))
    return f"{numbers}{'!' if question.negated else ''} " if numbers or question.negated else ""

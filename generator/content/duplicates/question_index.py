"""Questions kept together so that one like a new one is found without comparing them all.

Of two near-duplicates each holds nearly all defining_stems words of the other, maybe in another spelling: a question
is filed under the beginnings and the ends of its stems, and a new one is compared only with what stands under
the rarest of its own. Thousands of questions a second, memory some hundred bytes a question.
"""

from array import array
from collections.abc import Hashable, Iterable, Sequence
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

_MOST_COMPARED = 400
_MOST_MATCHED = 5_000


class NearestQuestion(NamedTuple, Generic[K]):
    """The most similar question of a set."""

    key: K
    question: str
    similarity: float


class QuestionIndex(Generic[K]):
    """A growing set of questions, each with the key its owner knows it by.

    Args:
        threshold: from here on two questions are alike; above ``VETO_CAP``.
    """

    def __init__(self, threshold: float = DEFAULT_THRESHOLD) -> None:
        if threshold <= VETO_CAP:
            raise ValueError(f"up to {VETO_CAP} stand questions that share no more than words")
        self._threshold = threshold
        self._questions: list[tuple[K, str]] = []
        self._sketches: list[int] = []
        self._filed: dict[str, array[int]] = {}

    def __len__(self) -> int:
        return len(self._questions)

    def add(self, question: str, key: K) -> None:
        """File a question; the same one may be filed several times."""
        number = len(self._questions)
        self._questions.append((key, question))
        mark = signature(question)
        self._sketches.append(sketch(mark.topic))
        stance = _stance(mark)
        for drawer in {stance + end for stem in mark.topic for end in stem_parts(stem)} or {
            stance + mark.plain
        }:
            if drawer not in self._filed:
                self._filed[drawer] = array("I")
            self._filed[drawer].append(number)

    def nearest(self, question: str) -> NearestQuestion[K] | None:
        """The most similar question from the threshold on, the earliest of several; None when there is none."""
        mark = signature(question)
        hard = defining_stems(mark.topic)
        best: NearestQuestion[K] | None = None
        for number in self._candidates(mark):
            if not may_reach(hard, len(mark.topic), self._sketches[number], self._threshold):
                continue
            key, other = self._questions[number]
            alike = compare(mark, signature(other), least=self._threshold)
            if alike >= self._threshold and (best is None or alike > best.similarity):
                best = NearestQuestion(key, other, alike)
        return best

    def _candidates(self, mark: Signature) -> list[int]:
        """The numbers of all that may be alike, unless there are very many."""
        stance = _stance(mark)
        if not mark.topic:
            return list(self._filed.get(stance + mark.plain, ()))
        stems = mark.topic
        if self._threshold > NARROWED_CAP:
            # One defining_stems stem more than may be missing in a near-duplicate; where there are not so many, any stem.
            hard = defining_stems(stems)
            wanted = max_missing_stems(len(stems)) + 1
            if len(hard) < wanted:
                wanted = len(stems)
            else:
                stems = hard
        else:
            wanted = len(stems) // 2 + 1
        filed = [
            [self._filed.get(stance + end, _NOTHING) for end in stem_parts(stem)] for stem in sorted(stems)
        ]
        filed.sort(key=lambda drawers: sum(map(len, drawers)))
        if (
            wanted < len(filed)
            and self._threshold > NARROWED_CAP
            and sum(map(len, filed[wanted])) <= _MOST_MATCHED
        ):
            # With one stem more, at least two of them are there.
            return sorted(_twice(filed[: wanted + 1]))
        found: set[int] = set()
        for drawers in filed[:wanted]:
            if found and len(found) + sum(map(len, drawers)) > _MOST_COMPARED:
                break
            found.update(*drawers)
        return sorted(found)


def _twice(groups: Sequence[Sequence[Iterable[int]]]) -> set[int]:
    """What stands in two of the groups or more; each is the union of its drawers."""
    once: set[int] = set()
    twice: set[int] = set()
    last = len(groups) - 1
    for number, drawers in enumerate(groups):
        for drawer in drawers:
            twice.update(once.intersection(drawer))
        if number < last:
            once.update(*drawers)
    return twice


_NOTHING: "array[int]" = array("I")


def _stance(mark: Signature) -> str:
    """Its numbers, and whether it denies: questions that differ in these are never alike."""
    numbers = ",".join(sorted(mark.numbers))
    return f"{numbers}{'!' if mark.negated else ''} " if numbers or mark.negated else ""

"""Questions kept together so that one like a new one is found without comparing them all.

Two near-duplicates share a telling word: a question is filed under the stems of its topic, and a new one is
compared only with what stands under its rarest ones. Thousands of questions a second, memory some hundred
bytes a question.
"""

from collections import defaultdict
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

from generator.content.similarity import THRESHOLD, compare, signature

K = TypeVar("K", bound=Hashable)

_MOST_COMPARED = 400


class Nearest(NamedTuple, Generic[K]):
    """The most similar question of a set."""

    key: K
    question: str
    similarity: float


class QuestionSet(Generic[K]):
    """A growing set of questions, each with the key its owner knows it by."""

    def __init__(self) -> None:
        self._questions: list[tuple[K, str]] = []
        self._filed: defaultdict[str, list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._questions)

    def add(self, question: str, key: K) -> None:
        """File a question; the same one may be filed several times."""
        number = len(self._questions)
        self._questions.append((key, question))
        mark = signature(question)
        for stem in mark.topic or {mark.plain}:
            self._filed[stem].append(number)

    def nearest(self, question: str, *, threshold: float = THRESHOLD) -> Nearest[K] | None:
        """The most similar question from the threshold on, the earliest of several; None when there is none."""
        mark = signature(question)
        best: Nearest[K] | None = None
        for number in self._candidates(mark.topic or frozenset({mark.plain})):
            key, other = self._questions[number]
            alike = compare(mark, signature(other))
            if alike >= threshold and (best is None or alike > best.similarity):
                best = Nearest(key, other, alike)
        return best

    def _candidates(self, stems: frozenset[str]) -> list[int]:
        """Those under the rarest stems: near-duplicates differ in less than half of theirs."""
        filed = sorted((len(self._filed[stem]), stem) for stem in stems if stem in self._filed)
        found: set[int] = set()
        for count, stem in filed[: len(stems) // 2 + 1]:
            if found and len(found) + count > _MOST_COMPARED:
                break
            found.update(self._filed[stem])
        return sorted(found)

"""Finds the pairs of pages that may be one: by their questions, word for word or nearly, and by their answers."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, islice, tee
from typing import TYPE_CHECKING, NamedTuple

from generator.content.duplicates.answers import Answers, shingles
from generator.content.duplicates.close_questions import CloseQuestions
from generator.content.duplicates.clusters import components
from generator.content.duplicates.pairs import DuplicatePair
from generator.content.duplicates.question_index import QuestionIndex
from generator.content.duplicates.questions import compare, signature, similarity
from generator.content.duplicates.same_answer import is_same_answer
from generator.content.duplicates.thresholds import (
    DEFAULT_ASK_FROM_ANSWERS,
    UNLIKE_ANSWERS,
)
from generator.processes.ordered_map import ordered_map

if TYPE_CHECKING:
    from generator.content.duplicates.answers import Overlap
    from generator.store.corpus.rows import ArticleRow
    from generator.workflows.duplicates.site import ComparedPages

_MOST_COPIES = 60
"""A question or an answer of more pages than this is paired only among the first."""
_MOST_PAIRS = 2_000
"""So many pairs are compared within one group of connected pages."""
_PARALLEL_FROM = 2_000
"""From so many answers, worker processes read them: one takes a third of a millisecond."""
UNLIKE = "the answers share little: the question may mean something else in the other subject"


class AnswerDigest(NamedTuple):
    """What is compared of an answer: the hash of its text, and its shingles."""

    sha256: bytes
    shingles: array[int]


def digest_each(answers: Sequence[str]) -> list[AnswerDigest]:
    """What is compared of some answers, in order."""
    return [AnswerDigest(hashlib.sha256(answer.encode()).digest(), shingles(answer)) for answer in answers]


def _digesters() -> Callable[[Sequence[str]], list[AnswerDigest]]:
    return digest_each


class Evidence:
    """The pairs of the pages of one site.

    Args:
        pages: the pages that are compared.
        answers: of all articles, by key, in the order of keys.
        similarity: from which similarity (0 to 1) two questions are near duplicates.
        ask_from: from which similarity a model decides; None where none is asked.
        on_step: is called with the number of questions compared, and of all.
    """

    def __init__(
        self,
        pages: ComparedPages,
        answers: Iterable[tuple[str, str]],
        *,
        similarity: float,
        ask_from: float | None,
        on_step: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self._pages = pages
        self._similarity = similarity
        self._ask_from = ask_from
        self._on_step = on_step
        self._answers: Answers[str] = Answers()
        self._numbers: dict[str, int] = {}
        self._answer_groups = self._add_answers(answers)

    def pairs(self) -> list[DuplicatePair]:
        """All pairs, sure and open ones; of two pages there may be several."""
        found = [
            *self._same_questions(),
            *self._same_answers(),
            *self._near_answers(),
            *self._near_questions(),
        ]
        return [*found, *self._within_components(found)]

    def competing(self, pairs: Iterable[tuple[str, str]]) -> list[DuplicatePair]:
        """Pairs of pages that are shown for one query, for a model to decide; without pages that are not compared.

        Args:
            pairs: the paths of the pages below the content folder.
        """
        rows = self._pages.rows
        keys = ((one.removesuffix(".md"), other.removesuffix(".md")) for one, other in pairs)
        return [
            DuplicatePair(
                one, other, "competing", similarity(rows[one].question, rows[other].question), False
            )
            for one, other in keys
            if one != other and one in rows and other in rows
        ]

    def overlap(self, one: str, other: str) -> Overlap | None:
        """What the answers of two pages share; None where one of them is not fit to be compared."""
        numbers = self._numbers.get(one), self._numbers.get(other)
        if numbers[0] is None or numbers[1] is None:
            return None
        return self._answers.overlap(numbers[0], numbers[1])

    def _add_answers(self, answers: Iterable[tuple[str, str]]) -> list[list[str]]:
        """Take the answers that are fit to be compared. Returns the groups of pages that have the same one.

        Refusals and the like are not: they say the same, whatever was asked.
        """
        groups: dict[bytes, list[str]] = {}
        fit = self._pages.fit
        keys, texts = tee((key, answer) for key, answer in answers if key in fit)
        read = ordered_map(_digesters, (answer for _, answer in texts), parallel_from=_PARALLEL_FROM)
        for (key, _), digest in zip(keys, read, strict=True):
            group = groups.setdefault(digest.sha256, [])
            group.append(key)
            first = group[0]
            self._numbers[key] = (
                self._answers.add(key, digest.shingles) if first == key else self._numbers[first]
            )
        return [group for group in groups.values() if len(group) > 1]

    def _same_questions(self) -> Iterator[DuplicatePair]:
        for copies in self._pages.copies:
            for one, other in combinations(copies[:_MOST_COPIES], 2):
                yield DuplicatePair(one, other, "same_question", 1.0, doubt=self._doubt(one, other))

    def _doubt(self, one: str, other: str) -> str:
        """Why a person should look at two pages with the same question first; empty without a doubt."""
        if one.partition("/")[0] == other.partition("/")[0]:
            return ""
        overlap = self.overlap(one, other)
        return UNLIKE if overlap is not None and overlap.jaccard < UNLIKE_ANSWERS else ""

    def _same_answers(self) -> Iterator[DuplicatePair]:
        for group in self._answer_groups:
            for one, other in combinations(group[:_MOST_COPIES], 2):
                yield DuplicatePair(one, other, "same_answer", 1.0)

    def _near_answers(self) -> Iterator[DuplicatePair]:
        for one, other, overlap in self._answers.alike(DEFAULT_ASK_FROM_ANSWERS):
            pair = self._answer_pair(self._pages.rows[one], self._pages.rows[other], overlap)
            if pair is not None:
                yield pair

    def _answer_pair(self, one: ArticleRow, other: ArticleRow, overlap: Overlap) -> DuplicatePair | None:
        """Two pages by what their answers share; None where that is too little."""
        share = overlap.share
        if share < DEFAULT_ASK_FROM_ANSWERS:
            return None
        is_sure = is_same_answer(share, one.question, other.question)
        return DuplicatePair(one.key, other.key, "near_answer", share, is_sure)

    def _near_questions(self) -> Iterator[DuplicatePair]:
        """Each question with the nearest of the earlier ones, and with those that a model can decide."""
        nearest: QuestionIndex[str] = QuestionIndex(self._similarity)
        close = None if self._ask_from is None else CloseQuestions[str](self._ask_from, self._similarity)
        questions = self._pages.questions
        for done, key in enumerate(questions.values(), start=1):
            question = self._pages.rows[key].question
            found = nearest.nearest(question)
            if found is not None:
                yield DuplicatePair(found.key, key, "near_question", found.similarity)
            nearest.add(question, key)
            if close is not None:
                for item in close.close_to(question):
                    yield DuplicatePair(item.key, key, "near_question", item.similarity, is_sure=False)
                close.add(question, key)
            self._on_step(done, len(questions))

    def _within_components(self, found: Iterable[DuplicatePair]) -> Iterator[DuplicatePair]:
        """The near questions and answers among pages that are connected by others: the search names only the nearest."""
        rows = self._pages.rows
        for group in components(found):
            firsts = list({self._pages.first_of(key): None for key in group})
            for one, other in islice(combinations(firsts, 2), _MOST_PAIRS):
                similarity = compare(signature(rows[one].question), signature(rows[other].question))
                if similarity >= self._similarity:
                    yield DuplicatePair(one, other, "near_question", similarity)
                overlap = self.overlap(one, other)
                pair = overlap and self._answer_pair(rows[one], rows[other], overlap)
                if pair:
                    yield pair

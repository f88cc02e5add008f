"""The pages of a site as the search for duplicates sees them: which are compared, and which ask the same."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from generator.content.text import normalise_question

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from generator.store.corpus.rows import ArticleRow


class ComparedPages:
    """The pages that are compared: those that search engines may show, and that no other page stands for.

    Args:
        rows: all articles of the site.
        settled: the keys of pages that are decided on already.
    """

    def __init__(self, rows: Sequence[ArticleRow], settled: Collection[str]) -> None:
        self.rows = {
            row.key: row for row in rows if not row.no_index and not row.canonical and row.key not in settled
        }
        self._by_question: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.rows.values():
            self._by_question[normalise_question(row.question)].append(row.key)

    @cached_property
    def questions(self) -> dict[str, str]:
        """The first page of each question, by the normalised question."""
        return {normal: keys[0] for normal, keys in self._by_question.items() if normal}

    @cached_property
    def fit(self) -> frozenset[str]:
        """The pages whose answers can be compared: no refusals, which say the same whatever was asked."""
        return frozenset(key for key, row in self.rows.items() if row.fit)

    def first_of(self, key: str) -> str:
        """The first page with the question of a page."""
        return self.questions.get(normalise_question(self.rows[key].question), key)

    @property
    def copies(self) -> list[list[str]]:
        """The pages that ask the same question, word for word, for each question of several pages."""
        return [keys for normal, keys in self._by_question.items() if normal and len(keys) > 1]

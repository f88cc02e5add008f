"""Chooses and weights the terms of a full-text query: which words of a question to search for."""

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from generator.content.duplicates.question_words import GENERIC_WORDS
from generator.content.language.stems import FUNCTION_WORDS, stem, words

_COMMON_SHARE = 0.10
_COMMON_AT_LEAST = 20
_MOST_TERMS = 12
# After so many counts, one at a time, the counts of all terms are read: with 36,000 articles that takes as long.
_MOST_SINGLE_COUNTS = 10_000


@dataclass(frozen=True, slots=True)
class Term:
    """A query term: the word as written, its stem, and its weight, which is higher for rarer stems."""

    word: str
    stem: str
    weight: float


class Vocabulary:
    """Counts the documents that contain a stem, in one state of a full-text table. Each count is cached.

    Args:
        table: the name of the table.
        total: how many documents it has.
    """

    def __init__(self, table: str, total: int) -> None:
        self._one = f"SELECT doc FROM {table}_terms WHERE term = ?"
        self._all = f"SELECT term, doc FROM {table}_terms"
        self.total = total
        self._counts: dict[str, int] = {}
        self._has_all = False

    def terms(self, connection: sqlite3.Connection, question: str) -> list[Term]:
        """The distinctive words of a question that occur in the table, rarest first.

        Common words and generic ones ("effect", "role") are used only where fewer than two others are left.
        """
        distinctive: dict[str, Term] = {}
        others: dict[str, Term] = {}
        for word in words(question):
            if word in FUNCTION_WORDS:
                continue
            root = stem(word)
            count = self.documents(connection, root)
            if count:
                group = others if word in GENERIC_WORDS or self.is_common(count) else distinctive
                group[root] = Term(word, root, self.rarity(count))
        found = _rarest_first(distinctive)
        if len(found) < 2:
            found += _rarest_first(others)[: 2 - len(found)]
        return found[:_MOST_TERMS]

    def weight_of(self, connection: sqlite3.Connection, question: str) -> float:
        """The sum of the weights of all distinctive words, including those that no document contains."""
        roots = {
            stem(word) for word in words(question) if word not in FUNCTION_WORDS and word not in GENERIC_WORDS
        }
        return sum(self.rarity(self.documents(connection, root)) for root in roots)

    def is_common(self, documents: int) -> bool:
        """Whether a stem in so many documents is common: in more than a tenth of all, and in more than 20."""
        return documents > max(_COMMON_SHARE * self.total, _COMMON_AT_LEAST)

    def rarity(self, documents: int) -> float:
        """The inverse document frequency of BM25 for a stem in so many documents."""
        return math.log(1 + (self.total - documents + 0.5) / (documents + 0.5))

    def documents(self, connection: sqlite3.Connection, term: str) -> int:
        """How many documents contain a stem."""
        count = self._counts.get(term)
        if count is not None:
            return count
        if not self._has_all and len(self._counts) >= _MOST_SINGLE_COUNTS:
            self._counts = dict(connection.execute(self._all).fetchall())
            self._has_all = True
            return self._counts.get(term, 0)
        row = None if self._has_all else connection.execute(self._one, (term,)).fetchone()
        count = self._counts[term] = row[0] if row else 0
        return count


def _rarest_first(terms: dict[str, Term]) -> list[Term]:
    return sorted(terms.values(), key=lambda term: (-term.weight, term.word))


def match_expression(terms: Sequence[Term]) -> str:
    """The FTS5 query for any of the terms."""
    return " OR ".join(f'"{term.word}"' for term in terms)

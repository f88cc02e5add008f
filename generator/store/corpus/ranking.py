"""Ranked queries over the index: which words of a question to search for, and how much each weighs."""

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from generator.content.duplicates.question_words import GENERIC_WORDS
from generator.content.stems import FUNCTION_WORDS, stem, words

_COMMON_SHARE = 0.10
_COMMON_AT_LEAST = 20
_MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class Term:
    """A query term: the word as written, its stem, and its weight (rarer is heavier)."""

    word: str
    stem: str
    weight: float


class Vocabulary:
    """In how many documents of one state of a table a stem stands; looked up once per stem."""

    def __init__(self, table: str, total: int) -> None:
        self._sql = f"SELECT doc FROM {table}_terms WHERE term = ?"
        self.total = total
        self._counts: dict[str, int] = {}

    def terms(self, connection: sqlite3.Connection, question: str) -> list[Term]:
        """The question's telling words, rarest first.

        Words that are too common, and those that say what is asked rather than of what, serve only when fewer
        than two others are left.
        """
        telling: dict[str, Term] = {}
        others: dict[str, Term] = {}
        for word in words(question):
            if word in FUNCTION_WORDS:
                continue
            root = stem(word)
            count = self.documents(connection, root)
            if count:
                group = others if word in GENERIC_WORDS or self.is_common(count) else telling
                group[root] = Term(word, root, self.rarity(count))
        found = _rarest_first(telling)
        if len(found) < 2:
            found += _rarest_first(others)[: 2 - len(found)]
        return found[:_MOST_TERMS]

    def weight_of(self, connection: sqlite3.Connection, question: str) -> float:
        """The weights of all telling words together, those that stand in no document included."""
        roots = {
            stem(word) for word in words(question) if word not in FUNCTION_WORDS and word not in GENERIC_WORDS
        }
        return sum(self.rarity(self.documents(connection, root)) for root in roots)

    def is_common(self, documents: int) -> bool:
        """Whether a stem in so many documents tells little: in more than a tenth of all, and in more than a few."""
        return documents > max(_COMMON_SHARE * self.total, _COMMON_AT_LEAST)

    def rarity(self, documents: int) -> float:
        """BM25's inverse document frequency."""
        return math.log(1 + (self.total - documents + 0.5) / (documents + 0.5))

    def documents(self, connection: sqlite3.Connection, term: str) -> int:
        """In how many documents the stem stands."""
        known = self._counts.get(term)
        if known is None:
            row = connection.execute(self._sql, (term,)).fetchone()
            known = self._counts[term] = row[0] if row else 0
        return known


def _rarest_first(terms: dict[str, Term]) -> list[Term]:
    return sorted(terms.values(), key=lambda term: (-term.weight, term.word))


def match_expression(terms: Sequence[Term]) -> str:
    """The FTS5 query for any of the terms."""
    return " OR ".join(f'"{term.word}"' for term in terms)

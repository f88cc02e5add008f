"""Ranked queries over the index: which words of a question to ask for, and which pieces of the hits to quote."""

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from os.path import commonprefix
from typing import NamedTuple

from generator.content.duplicates.question_words import GENERIC
from generator.content.markdown.sections import pieces
from generator.content.quotable import is_damaged, speaks_of_itself
from generator.content.stems import FUNCTION_WORDS, stem, words
from generator.store.corpus.rows import Hit, Passage
from generator.store.kept import Kept

_COMMON_SHARE = 0.10
_COMMON_AT_LEAST = 20
_MOST_TERMS = 12
_KEPT_COUNTS = 200_000
_PIECE_CHARS = 1_200
_PIECE_FEWEST_CHARS = 80
_PASSAGE_ARTICLES = 5
_PIECES_PER_ARTICLE = 4
_MOST_PASSAGES = 12
_SAME_PIECE = 0.7


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
        self._counts: Kept[str, int] = Kept(_KEPT_COUNTS)

    def terms(self, connection: sqlite3.Connection, question: str) -> list[Term]:
        """The question's telling words, rarest first.

        Words in more than a tenth of the articles, and those that say what is asked rather than of what,
        serve only when fewer than two others are left.
        """
        telling: dict[str, Term] = {}
        others: dict[str, Term] = {}
        most = max(_COMMON_SHARE * self.total, _COMMON_AT_LEAST)
        for word in words(question):
            if word in FUNCTION_WORDS:
                continue
            root = stem(word)
            count = self.documents(connection, root)
            if count:
                group = others if word in GENERIC or count > most else telling
                group[root] = Term(word, root, self.rarity(count))
        found = _rarest_first(telling)
        if len(found) < 2:
            found += _rarest_first(others)[: 2 - len(found)]
        return found[:_MOST_TERMS]

    def weight_of(self, connection: sqlite3.Connection, question: str) -> float:
        """The weights of all telling words together, those that stand in no document included."""
        roots = {stem(word) for word in words(question) if word not in FUNCTION_WORDS and word not in GENERIC}
        return sum(self.rarity(self.documents(connection, root)) for root in roots)

    def rarity(self, documents: int) -> float:
        """BM25's inverse document frequency."""
        return math.log(1 + (self.total - documents + 0.5) / (documents + 0.5))

    def documents(self, connection: sqlite3.Connection, term: str) -> int:
        """In how many documents the stem stands."""
        known = self._counts.get(term)
        if known is None:
            row = connection.execute(self._sql, (term,)).fetchone()
            known = self._counts.put(term, row[0] if row else 0)
        return known


def _rarest_first(terms: dict[str, Term]) -> list[Term]:
    return sorted(terms.values(), key=lambda term: (-term.weight, term.word))


def match_expression(terms: Sequence[Term]) -> str:
    """The FTS5 query for any of the terms."""
    return " OR ".join(f'"{term.word}"' for term in terms)


class QuotablePiece(NamedTuple):
    """A piece of an answer that may be quoted; ``lowered`` is heading and text prepared for look-ups."""

    heading: str
    text: str
    lowered: str
    opening: bool


def quotable_pieces(answer: str) -> tuple[QuotablePiece, ...]:
    """The pieces of an answer without those too short, damaged, or speaking of themselves."""
    found = []
    for number, piece in enumerate(pieces(answer, limit_chars=_PIECE_CHARS)):
        if len(piece.text) < _PIECE_FEWEST_CHARS or piece.text.endswith(":"):
            continue
        if is_damaged(piece.text) or speaks_of_itself(piece.text):
            continue
        lowered = " ".join(words(f"{piece.heading} {piece.text}"))
        found.append(QuotablePiece(piece.heading, piece.text, f" {lowered} ", number == 0))
    return tuple(found)


def choose_passages(
    found: Sequence[tuple[Hit, Sequence[QuotablePiece]]], terms: Sequence[Term], *, limit_chars: int
) -> list[Passage]:
    """The pieces that say most about the terms, best first, none twice; the same for the same input."""
    whole = sum(term.weight for term in terms) or 1.0
    top = max((hit.score for hit, _ in found), default=0.0) or 1.0
    # Most words begin with their stem; where they do not (happy, happi) the part both share serves.
    roots = [(f" {commonprefix((term.word, term.stem))}", term.weight) for term in terms]
    candidates: list[tuple[float, int, int]] = []
    for place, (hit, quotable) in enumerate(found):
        ranked = []
        for number, piece in enumerate(quotable):
            covered = sum(weight for root, weight in roots if root in piece.lowered)
            score = covered / whole + 0.6 * hit.score / top + (0.15 if piece.opening else 0.0)
            ranked.append((-score, place, number))
        candidates += sorted(ranked)[:_PIECES_PER_ARTICLE]
    chosen: list[Passage] = []
    told: list[tuple[int, set[str]]] = []
    room = limit_chars
    for _, place, number in sorted(candidates):
        hit, quotable = found[place]
        piece = quotable[number]
        if len(piece.text) + len(piece.heading) > room:
            continue
        said = set(piece.lowered.split())
        if any(
            at != place and len(said & other) >= _SAME_PIECE * min(len(said), len(other))
            for at, other in told
        ):
            continue
        told.append((place, said))
        room -= len(piece.text) + len(piece.heading)
        chosen.append(
            Passage(f"a{len(chosen) + 1}", "article", hit.row.key, hit.row.title, piece.heading, piece.text)
        )
        if len(chosen) == _MOST_PASSAGES:
            break
    return chosen


def passage_hits(hits: Sequence[Hit]) -> list[Hit]:
    """The hits whose pieces are worth reading."""
    return [hit for hit in hits if hit.row.fit][:_PASSAGE_ARTICLES]

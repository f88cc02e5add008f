"""Finds near duplicates among many descriptions. Their texts are in a temporary file, only row numbers in memory."""

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from generator.content.duplicates.descriptions import (
    MAX_COMPARED,
    MAX_TEXTS_PER_TERM,
    Description,
    NearDuplicate,
    near_duplicates,
    search_terms,
    terms,
)
from generator.content.text import normalise_question


class DescriptionPairs:
    """Compares descriptions with each other after all of them are added."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(
            "CREATE TABLE description (id INTEGER PRIMARY KEY, page TEXT, question TEXT, text TEXT); BEGIN"
        )
        self._frequency: Counter[str] = Counter()
        self._rows_by_term: dict[str, array[int]] = {}
        self._is_complete = True

    @property
    def is_complete(self) -> bool:
        """Whether no search so far has left out descriptions because there are very many with common words."""
        return self._is_complete

    def add(self, page: str, text: str, *, question: str = "", group: str = "") -> None:
        """Add the description of a page.

        Args:
            question: pages with the same question are copies, whose descriptions are not compared.
            group: pages with the same group are copies; by default the question decides.
        """
        # Pages without a question do not count as copies of each other.
        self._connection.execute(
            "INSERT INTO description (page, question, text) VALUES (?, ?, ?)",
            (page, group or normalise_question(question) or page, text),
        )
        self._frequency.update(terms(text).keys())

    def near(self, threshold: float, *, since: int = 0) -> Iterator[tuple[Description, list[NearDuplicate]]]:
        """Each description that has near duplicates among the earlier ones, with these. To be called once.

        Args:
            threshold: the similarity (0 to 1) from which two descriptions are near duplicates.
            since: the number of first descriptions that are not compared with each other.
        """
        rows = self._connection.execute("SELECT id, page, question, text FROM description ORDER BY id")
        for number, page, question, text in rows:
            if number > since:
                duplicates = near_duplicates(
                    text,
                    threshold,
                    frequency=self._frequency.__getitem__,
                    texts_with=self._texts_with,
                    descriptions_of=partial(self._descriptions_of, question),
                )
                if duplicates:
                    yield Description(page, text), duplicates
            # It is enough to index these terms: near duplicates share terms among them, because all use one order.
            for term in search_terms(terms(text), self._frequency.__getitem__, threshold).terms:
                self._rows_by_term.setdefault(term, array("I")).append(number)

    def close(self) -> None:
        """Delete the temporary file."""
        self._connection.close()

    def _texts_with(self, term: str, word: str) -> Iterable[int]:
        rows = self._rows_by_term.get(term, ())
        if len(rows) > MAX_TEXTS_PER_TERM:
            self._is_complete = False
        return islice(rows, MAX_TEXTS_PER_TERM)

    def _descriptions_of(self, question: str, numbers: list[int]) -> Iterator[Description]:
        if len(numbers) >= MAX_COMPARED:
            self._is_complete = False
        rows = self._connection.execute(
            f"SELECT page, text FROM description WHERE id IN ({', '.join('?' * len(numbers))}) AND question <> ?",
            (*numbers, question),
        )
        return map(Description._make, rows)

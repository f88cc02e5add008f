"""Finds the near-duplicates among many descriptions: numbers in memory, texts in a temporary file."""

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from generator.content.duplicates.descriptions import (
    MAX_TEXTS_PER_TERM,
    Description,
    NearDuplicate,
    near_duplicates,
    search_terms,
    terms,
)
from generator.content.text import normalise_question


class DescriptionPairs:
    """Descriptions that are compared with each other, once all of them are added. Lives as long as the object."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(
            "CREATE TABLE description (id INTEGER PRIMARY KEY, page TEXT, question TEXT, text TEXT); BEGIN"
        )
        self._frequency: Counter[str] = Counter()
        self._held: dict[str, array[int]] = {}

    def add(self, page: str, text: str, *, question: str) -> None:
        """Add the description of a page."""
        # Pages without a question are no copies of each other.
        self._connection.execute(
            "INSERT INTO description (page, question, text) VALUES (?, ?, ?)",
            (page, normalise_question(question) or page, text),
        )
        self._frequency.update(terms(text).keys())

    def near(self, threshold: float, *, since: int = 0) -> Iterator[tuple[Description, list[NearDuplicate]]]:
        """Each description that says nearly the same as earlier ones, with those; to be called once.

        Args:
            since: so many of the first descriptions are not compared with each other.
        """
        rows = self._connection.execute("SELECT id, page, question, text FROM description ORDER BY id")
        for number, page, question, text in rows:
            if number > since:
                found = near_duplicates(
                    text,
                    threshold,
                    frequency=self._frequency.__getitem__,
                    texts_with=self._texts_with,
                    descriptions_of=partial(self._descriptions_of, question),
                )
                if found:
                    yield Description(page, text), found
            # By the same order of terms, texts that are near each other share as many of these alone.
            for term in search_terms(terms(text), self._frequency.__getitem__, threshold).terms:
                self._held.setdefault(term, array("I")).append(number)

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def _texts_with(self, term: str, word: str) -> Iterable[int]:
        return islice(self._held.get(term, ()), MAX_TEXTS_PER_TERM)

    def _descriptions_of(self, question: str, numbers: list[int]) -> Iterator[Description]:
        rows = self._connection.execute(
            f"SELECT page, text FROM description WHERE id IN ({', '.join('?' * len(numbers))}) AND question <> ?",
            (*numbers, question),
        )
        return map(Description._make, rows)

"""The table of proposal terms: finds the near duplicates of a new description among proposed ones."""

from collections.abc import Callable, Iterator
from functools import partial

from generator.content.duplicates.descriptions import (
    MAX_TEXTS_PER_TERM,
    Description,
    NearDuplicate,
    near_duplicates,
    terms,
)
from generator.content.seo.proposal_states import LIVE
from generator.store.ledger.storage.database import Database


class ProposedDescriptions:
    """The proposed descriptions of one ledger, indexed by the stems of their words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def near(
        self, text: str, threshold: float, *, key: str, frequency: Callable[[str], int]
    ) -> list[NearDuplicate]:
        """The near duplicates of a description among those proposed for other articles.

        Args:
            threshold: the similarity (0 to 1) from which two descriptions are near duplicates.
            key: the article that the text is for; it is left out.
            frequency: how often a stem occurs, for example on the site. Rare stems make the search fast.
        """
        return near_duplicates(
            text,
            threshold,
            frequency=frequency,
            texts_with=self._texts_with,
            descriptions_of=partial(self._descriptions_of, key),
        )

    def index(self, proposal: int, text: str | None) -> None:
        """Store the terms of a proposal's text and delete those of its old text, within the caller's transaction."""
        self._database.execute("DELETE FROM proposal_term WHERE proposal = ?", (proposal,))
        for term in terms(text or ""):
            self._database.execute("INSERT INTO proposal_term VALUES (?, ?)", (term, proposal))

    def _texts_with(self, term: str, word: str) -> Iterator[int]:
        rows = self._database.execute(
            "SELECT proposal FROM proposal_term WHERE term = ? LIMIT ?", (term, MAX_TEXTS_PER_TERM)
        )
        return (row[0] for row in rows)

    def _descriptions_of(self, key: str, numbers: list[int]) -> Iterator[Description]:
        rows = self._database.execute(
            f"SELECT key, new FROM proposal WHERE id IN ({', '.join('?' * len(numbers))}) AND key <> ?"
            " AND new IS NOT NULL"
            f" AND state IN ({', '.join(repr(state) for state in sorted(LIVE))}) ORDER BY id",
            (*numbers, key),
        )
        return map(Description._make, rows)

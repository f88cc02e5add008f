"""The table of verdicts on whether one page would serve two questions; a pair keeps its first verdict."""

from collections.abc import Iterable
from dataclasses import dataclass

from generator.content.duplicates.same_page import PageVerdict, SamePage
from generator.store.ledger.storage.database import Database


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """What a model said about two questions."""

    verdict: PageVerdict
    reason: str
    model: str


class SamePageVerdicts:
    """The verdicts of one ledger. Questions are named by their ``question_key``; the order of a pair makes no difference.

    Methods write within the caller's transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, question: str, others: Iterable[str]) -> dict[str, PairVerdict]:
        """The verdicts on a question and some others, by the key of the other; those that there are."""
        found: dict[str, PairVerdict] = {}
        for other in others:
            row = self._database.execute(
                "SELECT verdict, reason, model FROM same_page WHERE one = ? AND other = ?",
                _pair(question, other),
            ).fetchone()
            if row is not None:
                found[other] = PairVerdict(*row)
        return found

    def by_pair(self) -> dict[frozenset[str], PageVerdict]:
        """All verdicts, by the keys of both questions."""
        rows = self._database.execute("SELECT one, other, verdict FROM same_page")
        return {frozenset((one, other)): verdict for one, other, verdict in rows}

    def record(self, question: str, other: str, said: SamePage, *, model: str, now: str) -> None:
        """Record what a model said about a pair, unless there is a verdict on it already."""
        self._database.execute(
            "INSERT OR IGNORE INTO same_page VALUES (?, ?, ?, ?, ?, ?)",
            (*_pair(question, other), said.verdict, said.reason, model, now),
        )


def _pair(one: str, other: str) -> tuple[str, str]:
    return min(one, other), max(one, other)

"""The review queue: finds drafts by filter, sorted and in pages, fast with tens of thousands of drafts.

Neighbours are found by the sort key, so the next draft is known even if a decision has just moved the current one out
of the filter.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from generator.content.states import DraftState
from generator.store.ledger.drafts.rows import DRAFT_COLUMNS, DraftRow, draft_row
from generator.store.ledger.question_details import DETAILS_OF_JOBS
from generator.store.ledger.queue.draft_texts import DraftTexts, Excerpt
from generator.store.ledger.queue.queue_filter import QueueFilter, where
from generator.store.ledger.storage.blobs import Blobs
from generator.store.ledger.storage.database import Database

Sort = Literal["age", "score", "checks", "findings", "changed", "claims", "words"]

# For each there is an index on (state, key, id).
_KEYS: dict[Sort, str] = {
    "age": "draft.id",
    "score": "draft.score",
    "checks": "draft.checks",
    "findings": "draft.faults",
    "changed": "draft.updated_at",
    "claims": "draft.open_claims",
    "words": "draft.words",
}
SORTS = tuple(_KEYS)
_KEYS_OF_TEXTS: tuple[Sort, ...] = ("claims", "words")


class Neighbours(NamedTuple):
    """The ids of the drafts before and after one in a queue; None at its ends."""

    previous: int | None
    next: int | None


class Place(NamedTuple):
    """The place of a draft in a queue.

    ``before`` is how many drafts are before it, or would be if it is not in the queue. ``total`` is the length of the
    queue.
    """

    before: int
    is_in_queue: bool
    total: int


class DraftQueue:
    """The review queue of one ledger.

    Args:
        now: returns the time in the ledger's format.
    """

    def __init__(self, database: Database, now: Callable[[], str]) -> None:
        self._database = database
        self._now = now
        self._texts = DraftTexts(database, Blobs(database))

    def page(
        self,
        wanted: QueueFilter,
        *,
        sort: Sort = "age",
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> list[DraftRow]:
        """One page of the queue. Drafts with equal sort keys are sorted by age.

        Args:
            limit: the most drafts; all if negative.
            offset: how many drafts to skip.
        """
        condition, values = self._where(wanted, sort)
        key, direction = _key(sort, descending), "DESC" if descending else "ASC"
        # Only the keys are sorted; rows are read only for the page.
        rows = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM (SELECT draft.id AS number FROM draft {condition}"
            f" ORDER BY {key} {direction}, draft.id {direction} LIMIT ? OFFSET ?)"
            f" JOIN draft ON draft.id = number ORDER BY {key} {direction}, draft.id {direction}",
            (*values, limit, offset),
        )
        return [draft_row(row) for row in rows]

    def count(self, wanted: QueueFilter) -> int:
        """How many drafts are in the queue."""
        condition, values = self._where(wanted)
        (count,) = self._database.execute(f"SELECT count(*) FROM draft {condition}", tuple(values)).fetchone()
        return int(count)

    def versions(self, wanted: QueueFilter) -> str:
        """What :func:`generator.store.ledger.row_versions.versions_of` says of all drafts in the queue."""
        condition, values = self._where(wanted)
        # Joined by SQLite, because the list may be long and is asked for with every page of it.
        (joined,) = self._database.execute(
            f"SELECT group_concat(number || ':' || lock) FROM (SELECT draft.id AS number, draft.lock FROM draft"
            f" {condition} ORDER BY draft.id)",
            tuple(values),
        ).fetchone()
        return joined or ""

    def counts(self, wanted: QueueFilter) -> dict[DraftState, int]:
        """How many drafts are in each state, without the filter's own ``states`` and ``aside``."""
        return self._counts(replace(wanted, states=(), aside=None))

    def aside_counts(self, wanted: QueueFilter) -> dict[DraftState, int]:
        """How many drafts that are set aside are in each state, without the filter's own ``states``."""
        return self._counts(replace(wanted, states=(), aside=True))

    def _counts(self, wanted: QueueFilter) -> dict[DraftState, int]:
        condition, values = self._where(wanted)
        return self._tally(f"SELECT state, count(*) FROM draft {condition} GROUP BY state", tuple(values))

    def place(
        self, wanted: QueueFilter, draft: DraftRow, *, sort: Sort = "age", descending: bool = False
    ) -> Place:
        """The place of a draft in the queue; the draft need not match the filter."""
        condition, values = self._where(wanted, sort)
        key, side = _key(sort, descending), ">" if descending else "<"
        before = f"({key}, draft.id) {side} ((SELECT {key} FROM draft WHERE id = ?), ?)"
        row = self._database.execute(
            f"SELECT count(*) FILTER (WHERE {before}), count(*) FILTER (WHERE draft.id = ?), count(*) FROM draft"
            f" {condition}",
            (draft.id, draft.id, draft.id, *values),
        ).fetchone()
        return Place(row[0], bool(row[1]), row[2])

    def neighbours(
        self, wanted: QueueFilter, draft: DraftRow, *, sort: Sort = "age", descending: bool = False
    ) -> Neighbours:
        """The neighbours of a draft in the queue; the draft itself need not match the filter."""
        key = _key(sort, descending)
        after = self._beside(wanted, draft, sort, key, ">")
        before = self._beside(wanted, draft, sort, key, "<")
        return Neighbours(after, before) if descending else Neighbours(before, after)

    def fill_texts(self) -> None:
        """Store the texts of drafts that searches and orders need and a ledger of an earlier version does not have."""
        self._texts.fill()

    def excerpts(self, rows: list[DraftRow], search: str) -> dict[int, Excerpt]:
        """Where drafts (at most some hundreds) have what is searched for, by draft."""
        return self._texts.excerpts([row.id for row in rows], search)

    def subjects(self) -> dict[str, int]:
        """The subjects with their number of drafts."""
        return self._tally("SELECT subject, count(*) FROM draft WHERE subject IS NOT NULL GROUP BY subject")

    def models(self) -> dict[str, int]:
        """The models with their number of drafts."""
        return self._tally(
            "SELECT model, count(*) FROM draft WHERE model IS NOT NULL GROUP BY model ORDER BY model"
        )

    def rules(self) -> dict[str, int]:
        """The codes of rules with the number of drafts that fail them."""
        return self._tally("SELECT code, count(*) FROM draft_rule GROUP BY code")

    def owners(self) -> dict[str, int]:
        """The owners that lists name, with their number of drafts."""
        return self._detail_tally("owner")

    def priorities(self) -> dict[str, int]:
        """The priorities that lists name, with their number of drafts."""
        return self._detail_tally("priority")

    def _detail_tally(self, column: str) -> dict[str, int]:
        return self._tally(
            f"SELECT detail.{column}, count(*) FROM {DETAILS_OF_JOBS} JOIN draft ON draft.job = job.id WHERE detail.{column} IS NOT NULL"
            f" GROUP BY detail.{column} COLLATE NOCASE ORDER BY detail.{column} COLLATE NOCASE"
        )

    def runs(self) -> list[tuple[int, str, str]]:
        """The number, command and start time of the newest 50 runs that made calls."""
        rows = self._database.execute(
            "SELECT id, command, started_at FROM run WHERE EXISTS (SELECT 1 FROM call WHERE call.run = run.id)"
            " ORDER BY id DESC LIMIT 50"
        )
        return [tuple(row) for row in rows]

    def _beside(self, wanted: QueueFilter, draft: DraftRow, sort: Sort, key: str, side: str) -> int | None:
        condition, values = self._where(wanted, sort)
        place = f"({key}, draft.id) {side} ((SELECT {key} FROM draft WHERE id = ?), ?)"
        direction = "ASC" if side == ">" else "DESC"
        row = self._database.execute(
            f"SELECT draft.id FROM draft {condition} {'AND' if condition else 'WHERE'} {place}"
            f" ORDER BY {key} {direction}, draft.id {direction} LIMIT 1",
            (*values, draft.id, draft.id),
        ).fetchone()
        return int(row[0]) if row else None

    def _where(self, wanted: QueueFilter, sort: Sort = "age") -> tuple[str, list[Any]]:
        """The ``WHERE`` clause of a filter and its parameters. The texts that it or the order needs are there then."""
        if wanted.search:
            self._texts.find(wanted.search)
        elif sort in _KEYS_OF_TEXTS:
            self._texts.fill()
        return where(wanted, self._now()[:10])

    def _tally(self, sql: str, values: tuple[Any, ...] = ()) -> dict[Any, int]:
        return dict(tuple(row) for row in self._database.execute(sql, values))


def _key(sort: Sort, descending: bool) -> str:
    """The SQL of a sort key. Drafts without a score come last in both directions."""
    key = _KEYS[sort]
    unscored_first = sort in ("score", "checks") and not descending
    return f"CASE WHEN {key} < 0 THEN 1e9 ELSE {key} END" if unscored_first else key

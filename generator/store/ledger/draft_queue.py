"""The review queue: finds drafts by filter, sorted and in pages, fast with tens of thousands of drafts.

Neighbours are found by the sort key, so the next draft is known even if a decision has just moved the current one out
of the filter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from generator.content.release import ReleaseKind
from generator.content.states import DraftState
from generator.store.ledger.decisions import IS_RELEASED_AS
from generator.store.ledger.drafts import DRAFT_COLUMNS, DRAFT_KEY, DraftRow, draft_row
from generator.store.ledger.storage.database import Database

Sort = Literal["age", "score", "checks", "findings", "changed"]

# For each there is an index on (state, key, id).
_KEYS: dict[Sort, str] = {
    "age": "draft.id",
    "score": "draft.score",
    "checks": "draft.checks",
    "findings": "draft.faults",
    "changed": "draft.updated_at",
}
SORTS = tuple(_KEYS)
# The conditions on kind and realm are those of the index on jobs.
_DETAILS = (
    "question_details AS detail JOIN job ON job.kind = 'answer' AND job.realm IN ('model', 'offline')"
    " AND job.identity = detail.identity"
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which drafts are in a queue. A field that is empty or None does not filter.

    Args:
        states: the state is one of these.
        subject: the name of the subject.
        rule: the code of a finding on the current version.
        model: the model that answered.
        run: the number of a run that made a call for the draft.
        text: the question, the key or the reason contains each word of this text.
        owner, priority: what the list says about the question; case does not matter.
        due_before, publish_before: the date that the list names is before this one, YYYY-MM-DD.
        rewrites: True for rewrites of published pages, False for new articles.
        released: released by an approval of this kind.
    """

    states: Sequence[DraftState] = ()
    subject: str | None = None
    rule: str | None = None
    model: str | None = None
    run: int | None = None
    text: str | None = None
    owner: str | None = None
    priority: str | None = None
    due_before: str | None = None
    publish_before: str | None = None
    rewrites: bool | None = None
    released: ReleaseKind | None = None


class Neighbours(NamedTuple):
    """The ids of the drafts before and after one in a queue; None at its ends."""

    previous: int | None
    next: int | None


class DraftQueue:
    """The review queue of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        where, values = _where(wanted)
        key, direction = _key(sort, descending), "DESC" if descending else "ASC"
        # Only the keys are sorted; rows are read only for the page.
        rows = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM (SELECT draft.id AS number FROM draft {where}"
            f" ORDER BY {key} {direction}, draft.id {direction} LIMIT ? OFFSET ?)"
            f" JOIN draft ON draft.id = number ORDER BY {key} {direction}, draft.id {direction}",
            (*values, limit, offset),
        )
        return [draft_row(row) for row in rows]

    def count(self, wanted: QueueFilter) -> int:
        """How many drafts are in the queue."""
        where, values = _where(wanted)
        (count,) = self._database.execute(f"SELECT count(*) FROM draft {where}", tuple(values)).fetchone()
        return int(count)

    def counts(self, wanted: QueueFilter) -> dict[DraftState, int]:
        """How many drafts are in each state, without the filter's own ``states``."""
        where, values = _where(wanted, states=False)
        rows = self._database.execute(
            f"SELECT state, count(*) FROM draft {where} GROUP BY state", tuple(values)
        )
        return dict(tuple(row) for row in rows)

    def neighbours(
        self, wanted: QueueFilter, draft: DraftRow, *, sort: Sort = "age", descending: bool = False
    ) -> Neighbours:
        """The neighbours of a draft in the queue; the draft itself need not match the filter."""
        key = _key(sort, descending)
        after = self._beside(wanted, draft, key, ">")
        before = self._beside(wanted, draft, key, "<")
        return Neighbours(after, before) if descending else Neighbours(before, after)

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
            f"SELECT detail.{column}, count(*) FROM {_DETAILS} JOIN draft ON draft.job = job.id WHERE detail.{column} IS NOT NULL"
            f" GROUP BY detail.{column} COLLATE NOCASE ORDER BY detail.{column} COLLATE NOCASE"
        )

    def runs(self) -> list[tuple[int, str, str]]:
        """The number, command and start time of the newest 50 runs that made calls."""
        rows = self._database.execute(
            "SELECT id, command, started_at FROM run WHERE EXISTS (SELECT 1 FROM call WHERE call.run = run.id)"
            " ORDER BY id DESC LIMIT 50"
        )
        return [tuple(row) for row in rows]

    def _beside(self, wanted: QueueFilter, draft: DraftRow, key: str, side: str) -> int | None:
        where, values = _where(wanted)
        place = f"({key}, draft.id) {side} ((SELECT {key} FROM draft WHERE id = ?), ?)"
        direction = "ASC" if side == ">" else "DESC"
        row = self._database.execute(
            f"SELECT draft.id FROM draft {where} {'AND' if where else 'WHERE'} {place}"
            f" ORDER BY {key} {direction}, draft.id {direction} LIMIT 1",
            (*values, draft.id, draft.id),
        ).fetchone()
        return int(row[0]) if row else None

    def _tally(self, sql: str) -> dict[str, int]:
        return dict(tuple(row) for row in self._database.execute(sql))


def _key(sort: Sort, descending: bool) -> str:
    """The SQL of a sort key. Drafts without a score come last in both directions."""
    key = _KEYS[sort]
    unscored_first = sort in ("score", "checks") and not descending
    return f"CASE WHEN {key} < 0 THEN 1e9 ELSE {key} END" if unscored_first else key


def _where(wanted: QueueFilter, *, states: bool = True) -> tuple[str, list[Any]]:
    clauses: list[str] = []
    values: list[Any] = []

    def add(clause: str, *items: Any) -> None:
        clauses.append(clause)
        values.extend(items)

    if states and wanted.states:
        add(f"draft.state IN ({', '.join('?' * len(wanted.states))})", *wanted.states)
    if wanted.rewrites is not None:
        add(f"draft.replaces IS {'NOT ' if wanted.rewrites else ''}NULL")
    if wanted.subject is not None:
        add("draft.subject = ?", wanted.subject)
    if wanted.model is not None:
        add("draft.model = ?", wanted.model)
    if wanted.rule is not None:
        add("draft.id IN (SELECT draft FROM draft_rule WHERE code = ?)", wanted.rule)
    if wanted.released is not None:
        add(IS_RELEASED_AS, wanted.released)
    if wanted.run is not None:
        add("draft.job IN (SELECT job FROM call WHERE run = ?)", wanted.run)
    for condition, value in (
        ("owner = ? COLLATE NOCASE", wanted.owner),
        ("priority = ? COLLATE NOCASE", wanted.priority),
        ("due < ?", wanted.due_before),
        ("publish_on < ?", wanted.publish_before),
    ):
        if value is not None:
            add(f"draft.job IN (SELECT job.id FROM {_DETAILS} WHERE detail.{condition})", value)
    for word in (wanted.text or "").split():
        escaped = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        add(
            f"(draft.question LIKE ? ESCAPE '!' OR {DRAFT_KEY} LIKE ? ESCAPE '!' OR draft.reason LIKE ? ESCAPE '!')",
            *[f"%{escaped}%"] * 3,
        )
    return (f"WHERE {' AND '.join(clauses)}" if clauses else ""), values

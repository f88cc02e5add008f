"""Changes the states of drafts and proposals by compare-and-swap, and records each change as a decision.

A :class:`DecisionLog` is the table of decisions about the rows of another table. Its subclasses, one for drafts and one
for proposals, name the two tables, the allowed transitions, and the decisions that a person can undo.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from generator.content.display import in_words
from generator.errors import GeneratorError
from generator.events import emit
from generator.store.ledger.storage.database import Database

PROGRAM = "generator"
"""The ``who`` of decisions that no person made."""
ON_DISK = "file on disk"
"""The ``who`` of edits of files: a file does not show who edited it."""

State = TypeVar("State", bound=str)


class StaleRow(GeneratorError):
    """A draft or proposal has changed since it was read, or the decision is not allowed in its state."""


class DecidedRow(Protocol):
    """A row that is decided on, as it was read. ``name`` is for messages; ``lock`` counts its changes."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def state(self) -> Any: ...
    @property
    def lock(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Generic[State]):
    """One change of a row's state.

    Args:
        decision: the new state.
        before: the old state; None for the first decision about a row.
        who: the person, or ``PROGRAM``.
        bulk: a number that decisions made together share; None for a single decision.
        undoes: the id of the decision that this one undoes; None where it undoes none.
    """

    id: int
    row: int
    decision: State
    before: State | None
    who: str
    at: str
    note: str | None
    bulk: int | None
    undoes: int | None

    @property
    def name(self) -> str:
        """The decision in words for a person."""
        return self.decision


Entry = TypeVar("Entry", bound=Decision[Any])


class DecisionLog(Generic[State, Entry]):
    """The decisions about the rows of one table. Methods write within the caller's transaction.

    A decision is effective if all later ones about its row were undone, and it neither was undone nor undoes another.
    The state of a row follows from its effective decision.

    Args:
        stale: the exception for a row that has changed since it was read, and for a step that is not allowed.
    """

    table: ClassVar[str]
    """The table of decisions."""
    rows: ClassVar[str]
    """The table of the rows that are decided on, and the column of ``table`` that refers to it."""
    entry: type[Entry]
    """The class of decisions. Its fields are columns of ``table``; ``row`` is the column ``rows``."""
    transitions: Mapping[State, frozenset[State]]
    """The allowed new states for each state."""
    by_a_person: ClassVar[str]
    """The condition, in SQL, that a decision was made by a person."""
    can_be_undone: ClassVar[str]
    """The condition, in SQL, that an effective decision can be undone."""
    about: ClassVar[str]
    """The condition, in SQL, that a decision is about ``:about``."""

    def __init__(self, database: Database, stale: type[StaleRow]) -> None:
        self._database = database
        self._stale = stale
        self._fields = [field.name for field in fields(self.entry)]
        self._columns = ", ".join(self.rows if name == "row" else name for name in self._fields)
        self._not_undone = self._not_undone_as(self.table)
        self._effective = self._is_last(f"AND last.undoes IS NULL AND {self._not_undone_as('last')}")
        self._newest = self._is_last()

    # reading

    def of(self, row: int) -> list[Entry]:
        """Every decision about a row, oldest first."""
        return self._find(f"{self.rows} = :row", row=row)

    def last(
        self, *, who: str | None = None, about: str | int | None = None, undoable: bool = False
    ) -> Entry | None:
        """The newest decision of a person that was not undone; None without one.

        Args:
            who: only decisions of this person; None for any person.
            about: only decisions about this draft (its id) or article (its key); None for all.
            undoable: only a decision that can be undone.
        """
        conditions = [self.by_a_person, "undoes IS NULL", self._not_undone, *self._among(about, undoable)]
        if who is not None:
            conditions.insert(0, "who = :who")
        found = self._find(*conditions, order="id DESC LIMIT 1", who=who, about=about)
        return found[0] if found else None

    def same_bulk(
        self, decision: Entry, *, about: str | int | None = None, undoable: bool = False
    ) -> list[Entry]:
        """The decisions made together with ``decision``, and itself, that were not undone, oldest first.

        Args:
            about, undoable: as in :meth:`last`.
        """
        conditions = ["(id = :id OR bulk = :bulk)", self._not_undone, *self._among(about, undoable)]
        return self._find(*conditions, id=decision.id, bulk=decision.bulk, about=about)

    def effective(self, row: int) -> Entry | None:
        """The effective decision about a row; None without one."""
        found = self._find(f"{self.rows} = :row", self._effective, row=row)
        return found[0] if found else None

    def require_effective(self, row: DecidedRow, decision: Entry) -> None:
        """Check that a decision about a row is effective.

        Raises:
            StaleRow: it is not, because the row has changed since.
        """
        if not self._find("id = :id", self._effective, id=decision.id):
            now = in_words(row.state)
            raise self._stale(f"{row.name} was {decision.name} and has changed since; it is {now} now")

    def require_step(self, row: DecidedRow, state: State) -> None:
        """Check that a row may change to a state.

        Raises:
            StaleRow: the transitions do not allow it.
        """
        if state not in self.transitions.get(row.state, ()):
            raise self._stale(f"{row.name} is {in_words(row.state)} and cannot become {in_words(state)}")

    def next_bulk(self) -> int:
        """A new number for decisions that are made together; within their transaction."""
        (last,) = self._database.execute(
            f"SELECT max(bulk) FROM {self.table} WHERE bulk IS NOT NULL"  # by the index of bulks
        ).fetchone()
        return (last or 0) + 1

    # writing

    def change(
        self,
        row: DecidedRow,
        state: State,
        changes: Mapping[str, Any],
        *,
        who: str,
        now: str,
        note: str | None,
        details: Mapping[str, Any],
        bulk: int | None = None,
        undoes: Entry | None = None,
    ) -> None:
        """Change the state and other columns of a row, and record the decision.

        Args:
            row: as it was read; nothing changes if someone else changed it since.
            changes: the columns of the row that change besides its state.
            note: a comment for people; None without one.
            details: the additional columns of this table of decisions.
            bulk: the number from :meth:`next_bulk` for decisions that are made together.
            undoes: the decision that this one undoes; the transitions do not apply then.

        Raises:
            StaleRow: someone else changed the row, or the step is not allowed.
        """
        if undoes is None:
            self.require_step(row, state)
        else:
            self.require_effective(row, undoes)
        self._swap(row, {"state": state, **changes, "updated_at": now})
        self.append(
            row.id,
            state,
            before=row.state,
            who=who,
            now=now,
            note=note,
            details=details,
            bulk=bulk,
            undoes=undoes.id if undoes else None,
        )
        self._database.after_commit(
            partial(
                emit,
                "decision.recorded",
                f"{row.name}: {in_words(state)} by {who}",
                of=self.rows,
                name=row.name,
                decision=state,
                before=row.state,
                who=who,
                undoes=undoes.id if undoes else None,
            )
        )

    def undo(
        self,
        row: DecidedRow,
        decision: Entry,
        changes: Mapping[str, Any],
        *,
        who: str,
        now: str,
        details: Mapping[str, Any],
    ) -> None:
        """Undo the effective decision about a row: a new decision restores the state before it.

        The arguments are those of :meth:`change`.

        Raises:
            StaleRow: someone else changed the row, the decision is not effective, or it was the first one.
        """
        if decision.before is None:
            raise self._stale(f"{row.name} has no decision that can be undone")
        note = f"undoes: {decision.name}"
        self.change(
            row, decision.before, changes, who=who, now=now, note=note, details=details, undoes=decision
        )

    def append(
        self,
        row: int,
        state: str,
        *,
        before: str | None,
        who: str,
        now: str,
        note: str | None,
        details: Mapping[str, Any],
        bulk: int | None = None,
        undoes: int | None = None,
    ) -> None:
        """Record a decision, in the transaction that changes the row; arguments as for :meth:`change`."""
        values = {
            self.rows: row,
            "decision": state,
            "before": before,
            "who": who,
            "at": now,
            "note": note,
            "bulk": bulk,
            "undoes": undoes,
            **details,
        }
        self._database.execute(
            f"INSERT INTO {self.table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            tuple(values.values()),
        )

    # inside

    def _not_undone_as(self, name: str) -> str:
        return f"NOT EXISTS (SELECT 1 FROM {self.table} AS later WHERE later.undoes = {name}.id)"

    def _is_last(self, of: str = "") -> str:
        return (
            f"{self.table}.id = (SELECT max(last.id) FROM {self.table} AS last"
            f" WHERE last.{self.rows} = {self.table}.{self.rows} {of})"
        )

    def _swap(self, row: DecidedRow, changes: Mapping[str, Any]) -> None:
        columns = ", ".join(f"{name} = ?" for name in changes)
        cursor = self._database.execute(
            f"UPDATE {self.rows} SET {columns}, lock = lock + 1 WHERE id = ? AND lock = ?",
            (*changes.values(), row.id, row.lock),
        )
        if cursor.rowcount != 1:
            raise self._stale(f"{row.name} was changed by someone else meanwhile")

    def _among(self, about: str | int | None, undoable: bool) -> list[str]:
        conditions = [] if about is None else [self.about]
        return [*conditions, self._effective, self.can_be_undone] if undoable else conditions

    def _find(self, *conditions: str, order: str = "id", **values: str | int | None) -> list[Entry]:
        where = " AND ".join(f"({condition})" for condition in conditions)
        rows = self._database.execute(
            f"SELECT {self._columns} FROM {self.table} WHERE {where} ORDER BY {order}", values
        )
        return [self.entry(**dict(zip(self._fields, row, strict=True))) for row in rows]

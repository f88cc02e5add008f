"""What drafts and proposals share: a state that changes by compare-and-swap, each change kept as a decision.

A :class:`DecisionLog` is the table of decisions about the rows of another table. Both tables have a subclass that names
them, the allowed transitions and which decisions a person can take back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from generator.content.display import in_words
from generator.errors import GeneratorError
from generator.store.ledger.database import Database

PROGRAM = "generator"
"""Who decides where no person does."""

State = TypeVar("State", bound=str)


class StaleRow(GeneratorError):
    """What is decided on changed since it was read; read it and decide again."""


class DecidedRow(Protocol):
    """A row of the table that is decided on, as it was read; ``name`` is for messages."""

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
    """One step in the life of a row: ``decision`` is its new state, ``before`` the old one, None for a first step.

    ``bulk`` is shared by decisions taken as one; ``undoes`` names the decision that this one takes back.
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
        """The decision as people name it."""
        return self.decision


Entry = TypeVar("Entry", bound=Decision[Any])


class DecisionLog(Generic[State, Entry]):
    """The decisions about the rows of one table. Methods write within the caller's transaction.

    Args:
        stale: raised where a row is not as it was read, or the step is not allowed.
    """

    table: ClassVar[str]
    """The table of decisions."""
    rows: ClassVar[str]
    """The table of what is decided on, and the column of ``table`` that names its rows."""
    entry: type[Entry]
    """Its fields are columns of ``table``, but for ``row``."""
    transitions: Mapping[State, frozenset[State]]
    by_a_person: ClassVar[str]
    """Which decisions are a person's, in SQL."""
    can_be_undone: ClassVar[str]
    """What must hold besides that nothing happened since which was not taken back, in SQL."""
    about: ClassVar[str]
    """Which decisions are about ``:about``, in SQL."""

    def __init__(self, database: Database, stale: type[StaleRow]) -> None:
        self._database = database
        self._stale = stale
        self._fields = [field.name for field in fields(self.entry)]
        self._columns = ", ".join(self.rows if name == "row" else name for name in self._fields)
        self._not_undone = self._not_undone_as(self.table)
        # A decision stands again once those after it were taken back.
        self._stands = self._is_last(f"AND last.undoes IS NULL AND {self._not_undone_as('last')}")
        self._newest = self._is_last()

    # reading

    def of(self, row: int) -> list[Entry]:
        """Every decision about a row, oldest first."""
        return self._find(f"{self.rows} = :row", row=row)

    def last(
        self, *, who: str | None = None, about: str | int | None = None, undoable: bool = False
    ) -> Entry | None:
        """The newest decision of a person that was not taken back.

        Args:
            who: only theirs.
            about: only about this.
            undoable: only one that can be taken back.
        """
        conditions = [self.by_a_person, "undoes IS NULL", self._not_undone, *self._among(about, undoable)]
        if who is not None:
            conditions.insert(0, "who = :who")
        found = self._find(*conditions, order="id DESC LIMIT 1", who=who, about=about)
        return found[0] if found else None

    def same_bulk(
        self, decision: Entry, *, about: str | int | None = None, undoable: bool = False
    ) -> list[Entry]:
        """The decisions taken as one with this one, itself included, that were not taken back, oldest first.

        Args:
            about, undoable: as in :meth:`last`.
        """
        conditions = ["(id = :id OR bulk = :bulk)", self._not_undone, *self._among(about, undoable)]
        return self._find(*conditions, id=decision.id, bulk=decision.bulk, about=about)

    def effective(self, row: int) -> Entry | None:
        """The last step of a row that was not taken back, nor takes another one back: what the row's state follows from."""
        found = self._find(f"{self.rows} = :row", self._stands, row=row)
        return found[0] if found else None

    def require_effective(self, row: DecidedRow, decision: Entry) -> None:
        """Refuse to take back a decision after which something happened to its row that was not taken back.

        Raises:
            StaleRow: something did.
        """
        if not self._find("id = :id", self._stands, id=decision.id):
            now = in_words(row.state)
            raise self._stale(f"{row.name} was {decision.name} and has changed since; it is {now} now")

    def require_step(self, row: DecidedRow, state: State) -> None:
        """Refuse a step that is not in the table of transitions.

        Raises:
            StaleRow: it is not.
        """
        if state not in self.transitions.get(row.state, ()):
            raise self._stale(f"{row.name} is {in_words(row.state)} and cannot become {in_words(state)}")

    def next_bulk(self) -> int:
        """A number for decisions that are taken as one; within the transaction that takes them."""
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
        """Change a row as it was read, its state and other columns, and record that.

        Args:
            changes: the columns of the row that change besides its state.
            details: the columns that this table of decisions alone has.
            undoes: the decision that this takes back, whatever the table of transitions says.

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
        """Give a row the state that it had before the decision that stands, as a new one; arguments as for :meth:`change`.

        Raises:
            StaleRow: someone else changed the row, something happened to it since, or this was its first step.
        """
        if decision.before is None:
            raise self._stale(f"{row.name} was made, not decided on")
        note = f"takes back: {decision.name}"
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
        """Record a decision, in the transaction that carries it out."""
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
        return [*conditions, self._stands, self.can_be_undone] if undoable else conditions

    def _find(self, *conditions: str, order: str = "id", **values: str | int | None) -> list[Entry]:
        where = " AND ".join(f"({condition})" for condition in conditions)
        rows = self._database.execute(
            f"SELECT {self._columns} FROM {self.table} WHERE {where} ORDER BY {order}", values
        )
        return [self.entry(**dict(zip(self._fields, row, strict=True))) for row in rows]

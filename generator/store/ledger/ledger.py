"""The ledger of paid work: one SQLite file, and the tables that every workflow needs."""

from collections.abc import Iterator
from functools import cached_property

from generator.store.ledger.duplicates.same_page import SamePageVerdicts
from generator.store.ledger.question_details import QuestionDetailsTable
from generator.store.ledger.review.holds import DraftHolds
from generator.store.ledger.review.redrafts import Redrafts
from generator.store.ledger.runs.calls import Calls
from generator.store.ledger.runs.endpoints import Endpoints
from generator.store.ledger.runs.figures import RunFigures
from generator.store.ledger.runs.health import RunHealthTable
from generator.store.ledger.runs.jobs import Jobs
from generator.store.ledger.runs.runs import Runs
from generator.store.ledger.storage.blobs import Blobs
from generator.store.ledger.storage.database import Database
from generator.store.ledger.storage.verification import problems_of

LEDGER_NAME = "ledger.sqlite3"


class Ledger:
    """The tables of one ledger, one object for each.

    Their methods write within the caller's transaction (``database.transaction`` or a ``GroupCommit``), do not commit,
    and get the time as an argument. Only methods for runs, redos and endpoints open their own transaction if none is
    open.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.blobs = Blobs(database)
        self.runs = Runs(database)
        self.calls = Calls(database, self.blobs)
        self.jobs = Jobs(database, self.blobs, self.calls)
        self.question_details = QuestionDetailsTable(database)
        self.same_page = SamePageVerdicts(database)
        self.redrafts = Redrafts(database)
        self.endpoints = Endpoints(database)
        self.health = RunHealthTable(database)
        self.figures = RunFigures(database)
        self.holds = DraftHolds(database)

    @cached_property
    def name(self) -> str:
        """A random name that tells ledgers apart; copies of a ledger have the same."""
        name: str = self.database.execute("SELECT name FROM ledger_name").fetchone()[0]
        return name

    def verify(self) -> Iterator[str]:
        """The problems that SQLite's integrity check does not find, hashes of other bytes among them."""
        return problems_of(self.database, self.blobs)


def name_condition(name: str, column: str = "key") -> str:
    """The SQL condition that a column is ``name``, or has the slug ``name`` in any subject.

    The name is the one parameter of the condition.

    Args:
        column: holds ``subject/slug``; an expression of SQL.
    """
    return f"{column} = ?" if "/" in name else f"substr({column}, instr({column}, '/') + 1) = ?"

"""The ledger of paid work: one SQLite file, and the tables that every workflow needs."""

from collections.abc import Iterator

from generator.store.ledger.blobs import Blobs
from generator.store.ledger.calls import Calls
from generator.store.ledger.database import Database
from generator.store.ledger.endpoints import Endpoints
from generator.store.ledger.jobs import Jobs
from generator.store.ledger.run_health import RunHealthTable
from generator.store.ledger.runs import Runs

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
        self.endpoints = Endpoints(database)
        self.health = RunHealthTable(database)

    def verify(self) -> Iterator[str]:
        """Compute every hash again; yields a description of each that does not match."""
        yield from self.blobs.verify()
        for row in self.database.execute("SELECT draft, n, sha, bytes FROM version WHERE sha != bytes"):
            yield f"version {row['n']} of draft {row['draft']}: hash {row['sha']} names other bytes"


def name_condition(name: str) -> str:
    """The SQL condition that the column ``key`` of a row is ``name``, or has the slug ``name`` in any subject.

    The name is the one parameter of the condition.
    """
    return "key = ?" if "/" in name else "substr(key, instr(key, '/') + 1) = ?"

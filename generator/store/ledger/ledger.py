"""The ledger of paid work: one SQLite file, and the parts of it that every use needs."""

from collections.abc import Iterator

from generator.store.ledger.blobs import Blobs
from generator.store.ledger.calls import Calls
from generator.store.ledger.database import Database
from generator.store.ledger.endpoints import Endpoints
from generator.store.ledger.jobs import Jobs
from generator.store.ledger.runs import Runs

LEDGER_NAME = "ledger.sqlite3"


class Ledger:
    """The tables of one ledger, an object for each.

    Their methods write inside the caller's transaction (``database.transaction`` or a ``GroupCommit``), never
    commit themselves, and take the time as an argument. What belongs to a run, a redo or an endpoint is written
    in a transaction of its own where none is open.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.blobs = Blobs(database)
        self.runs = Runs(database)
        self.calls = Calls(database, self.blobs)
        self.jobs = Jobs(database, self.blobs, self.calls)
        self.endpoints = Endpoints(database)

    def verify(self) -> Iterator[str]:
        """Re-derive every hash; yields what does not agree."""
        yield from self.blobs.verify()
        for row in self.database.execute("SELECT draft, n, sha, bytes FROM version WHERE sha != bytes"):
            yield f"version {row['n']} of draft {row['draft']}: hash {row['sha']} names other bytes"

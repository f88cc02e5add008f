"""Which ledger a file holds. Processes of tests import it: it imports little."""

from pathlib import Path

from generator.store.ledger.storage.database import Database


def token_of(path: str) -> str:
    """The token of a ledger, which is made where there is none."""
    database = Database(Path(path))
    try:
        return str(database.execute("SELECT token FROM identity").fetchone()[0])
    finally:
        database.close()

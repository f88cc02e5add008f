"""New ledgers as copies of one that the migrations made: making each by all of them is a seventh of the suite's time."""

import sqlite3
from contextlib import closing
from functools import cache

from generator.store.ledger.storage import file

_made_by_migrations = file._new_ledger
_RANDOM = (("identity", "token"), ("ledger_name", "name"))
"""Table and column of what is random in a new ledger."""


@cache
def _image() -> bytes:
    return _made_by_migrations()


def copied_ledger() -> bytes:
    """The file of a ledger without jobs, with random names of its own as every ledger has."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(_image())
        for table, column in _RANDOM:
            connection.execute(f"UPDATE {table} SET {column} = lower(hex(randomblob(8)))")
        connection.commit()
        return connection.serialize()

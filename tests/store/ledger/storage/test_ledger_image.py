"""The copied ledgers of the tests are what the migrations make."""

import sqlite3
from contextlib import closing

from generator.store.ledger.storage.file import _new_ledger
from tests.support.ledger_image import copied_ledger


def _dump(ledger: bytes) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(ledger)
        return list(connection.iterdump())


def _differing(one: bytes, other: bytes) -> list[str]:
    return sorted(line.split(" VALUES")[0] for line in set(_dump(one)) - set(_dump(other)))


def test_a_copied_ledger_differs_from_a_new_one_as_two_new_ones_do() -> None:
    random = ['INSERT INTO "identity"', 'INSERT INTO "ledger_name"']
    assert _differing(_new_ledger(), _new_ledger()) == random
    assert _differing(_new_ledger(), copied_ledger()) == random
    assert _differing(copied_ledger(), copied_ledger()) == random

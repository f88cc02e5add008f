"""The ledger as a whole: every hash in it can be checked."""

import pytest

from generator.store.ledger.database import Database
from generator.store.ledger.ledger import Ledger
from tests.support.ledgers import job, plan, start


@pytest.fixture
def ledger(tmp_path):
    database = Database(tmp_path / "ledger.sqlite3")
    yield Ledger(database)
    database.close()


def test_verify_finds_changed_bytes(ledger):
    run = start(ledger)
    plan(ledger, run, job("a"))
    assert list(ledger.verify()) == []
    ledger.database.execute("UPDATE blob SET data = (SELECT data FROM blob ORDER BY hash LIMIT 1)")
    assert list(ledger.verify())

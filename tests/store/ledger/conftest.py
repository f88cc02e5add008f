"""A ledger and its drafts, closed after the test."""

import pytest

from generator.store.ledger.database import Database
from generator.store.ledger.drafts import Drafts
from generator.store.ledger.ledger import Ledger


@pytest.fixture
def ledger(tmp_path):
    database = Database(tmp_path / "ledger.sqlite3")
    yield Ledger(database)
    database.close()


@pytest.fixture
def drafts(ledger):
    return Drafts(ledger)

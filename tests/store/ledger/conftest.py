"""A new ledger for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.store.ledger.drafts.drafts import Drafts
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.seo.proposals import Proposals
from generator.store.ledger.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "ledger.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


@pytest.fixture
def drafts(ledger: Ledger) -> Drafts:
    return Drafts(ledger)


@pytest.fixture
def proposals(ledger: Ledger) -> Proposals:
    return Proposals(ledger)

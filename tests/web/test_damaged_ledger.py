"""The review page with a ledger that is damaged while it runs: an error page with one clear line, never a traceback."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.store.ledger.ledger import LEDGER_NAME
from tests.support.visits import Visit

PAGE = 4096
PATHS = ["/", "/drafts/1", "/drafts/1/edit", "/proposals", "/publish", "/status.json"]


@pytest.mark.parametrize("seed", range(4))
async def test_a_damaged_ledger_is_reported_on_a_page_or_in_json(
    seed: int, tmp_path: Path, visiting: Callable[[], Visit]
) -> None:
    visit = visiting()
    connection = visit.services.database.connection
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger = tmp_path / "output" / LEDGER_NAME
    data, rng = bytearray(ledger.read_bytes()), random.Random(seed)
    for page in range(3, len(data) // PAGE):
        if rng.random() < 0.5:
            data[page * PAGE : page * PAGE + 64] = rng.randbytes(64)
    ledger.write_bytes(data)
    connection.execute("PRAGMA shrink_memory")
    answers = [await visit.get(path) for path in PATHS]
    answers += [
        await visit.post(f"/drafts/1/{act}", {"lock": 0, "sha": "a"}) for act in ("approve", "reject")
    ]
    assert 503 in {answer.status_code for answer in answers}
    for answer in answers:
        assert answer.status_code < 500 or "is damaged" in answer.text
        assert "Traceback" not in answer.text

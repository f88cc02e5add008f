"""Two processes that work on the same batches: neither undoes the work of the other, and nothing is paid twice."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from generator.errors import UsageError
from generator.model.batch_api import BatchClient
from generator.model.batch_files import RequestFile
from generator.store.ledger.batches import Batches, BatchRow, BatchState
from generator.store.ledger.runs import Run
from generator.workflows.batch.session import open_batches
from tests.support.batch_runs import Desk, Killed, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(4)))
STATES = "SELECT state, count(*) FROM job GROUP BY state"

Command = Callable[[Desk], Any]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, Provider(tmp_path / "provider"))


def send(desk: Desk) -> None:
    desk.send(QUESTIONS)


def collect(desk: Desk) -> None:
    desk.collect(wait=False)


def send_killed_at(desk: Desk, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    """Send the questions with a command that is killed at a call."""
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, lambda *_, **__: desk.kill())
        with pytest.raises(Killed):
            desk.send(QUESTIONS)
    desk.reopen()


def interleave(monkeypatch: pytest.MonkeyPatch, other: Callable[[], Any]) -> None:
    """Have another process do all its work after this one has listed the batches for the first time."""
    original, waiting = Batches.all, [other]

    def listed(self: Batches, states: Sequence[BatchState] = ()) -> list[BatchRow]:
        found = original(self, states)
        if found and waiting:
            with ThreadPoolExecutor(1) as process:
                process.submit(waiting.pop()).result()
        return found

    monkeypatch.setattr(Batches, "all", listed)


@pytest.mark.parametrize(
    ("owner", "killed_at", "first", "second"),
    [
        (BatchClient, "upload", collect, collect),
        (BatchClient, "upload", collect, send),
        (BatchClient, "create", collect, collect),
        (RequestFile, "write", collect, collect),
        (RequestFile, "write", collect, send),
    ],
)
def test_a_batch_that_another_process_has_sent_is_not_sent_again(
    owner: type, killed_at: str, first: Command, second: Command, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_killed_at(desk, monkeypatch, owner, killed_at)
    with monkeypatch.context() as patch:
        interleave(patch, lambda: first(desk))
        second(desk)
    desk.collect()
    desk.send(QUESTIONS)
    desk.collect()
    assert desk.provider is not None
    desk.provider.run_out()
    assert len(desk.provider.paid()) == len(QUESTIONS)
    assert set(desk.provider.paid().values()) == {1}
    assert desk.select("SELECT state, count(*) FROM draft GROUP BY state") == [("drafted", 4)]


def test_a_batch_that_another_process_is_sending_is_not_sent_a_second_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_killed_at(desk, monkeypatch, BatchClient, "upload")
    shop = desk.shop()
    try:
        with shop.run("other", []) as run:
            with shop.database.transaction():
                assert shop.batches.claim(1, run=run.id)
            assert desk.send(QUESTIONS).sent == []
            assert desk.collect(wait=False)[0].sent == []
            assert desk.select("SELECT state FROM batch") == [("written",)]
    finally:
        shop.close()
    assert desk.send(QUESTIONS).sent == [1]


def test_a_batch_that_another_process_is_sending_is_not_cancelled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_killed_at(desk, monkeypatch, BatchClient, "upload")
    shop = desk.shop()
    try:
        with shop.run("other", []) as run:
            with shop.database.transaction():
                assert shop.batches.claim(1, run=run.id)
            with pytest.raises(UsageError, match="batch 1: another process is working on it"):
                desk.cancel(("written",))
    finally:
        shop.close()
    assert desk.select(STATES) == [("batched", 4)]
    desk.cancel(("written",))
    assert desk.select(STATES) == [("planned", 4)]


def test_a_batch_that_another_process_waits_for_is_cancelled_at_the_provider(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Provider(tmp_path / "provider", running_seconds=100))
    desk.send(QUESTIONS)
    shop = desk.shop()
    try:
        with shop.run("batch collect", []) as run:
            with shop.database.transaction():
                assert shop.batches.claim(1, run=run.id)
            desk.cancel()
    finally:
        shop.close()
    assert desk.select("SELECT state, status FROM batch") == [("created", "cancelling")]


def test_a_batch_at_another_endpoint_is_not_cancelled_at_this_one(desk: Desk, tmp_path: Path) -> None:
    desk.send(QUESTIONS)
    elsewhere = Desk(tmp_path, desk.provider, model={"name": "m", "base_url": "http://elsewhere.test/v1"})
    with pytest.raises(UsageError, match="batch 1 is at http://batches.test/v1"):
        elsewhere.cancel()


def test_only_batches_at_this_endpoint_are_watched(desk: Desk, tmp_path: Path) -> None:
    desk.send(QUESTIONS)
    elsewhere = Desk(tmp_path, desk.provider, model={"name": "m", "base_url": "http://elsewhere.test/v1"})
    assert [running(desk), running(elsewhere)] == [1, 0]


def running(desk: Desk) -> int:
    """How many batches ``generator batch status --watch`` waits for."""
    shop = desk.shop()

    async def seen(run: Run) -> int:
        async with open_batches(shop, shop.endpoint(), run, on_progress=lambda *_: None) as made:
            return len(made.coordinator.running())

    try:
        with shop.run("batch status", []) as run:
            return asyncio.run(seen(run))
    finally:
        shop.close()

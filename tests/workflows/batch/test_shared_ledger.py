"""Two processes that work on the same batches: neither undoes the work of the other, and nothing is paid twice."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from generator.errors import UsageError
from generator.model.batch.api import BatchClient
from generator.model.batch.files import RequestFile
from generator.store.ledger.batches.batches import Batches
from generator.store.ledger.batches.rows import BatchRow, BatchState
from generator.store.ledger.runs.runs import Run
from generator.workflows.batch.session import open_batches
from tests.support.batch_runs import BatchRuns, Killed, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(4)))
STATES = "SELECT state, count(*) FROM job GROUP BY state"

Command = Callable[[BatchRuns], Any]


@pytest.fixture
def runs(tmp_path: Path) -> BatchRuns:
    return BatchRuns(tmp_path, Provider(tmp_path / "provider"))


def send(runs: BatchRuns) -> None:
    runs.send(QUESTIONS)


def collect(runs: BatchRuns) -> None:
    runs.collect(wait=False)


def send_killed_at(runs: BatchRuns, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    """Send the questions with a command that is killed at a call."""
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, lambda *_, **__: runs.kill())
        with pytest.raises(Killed):
            runs.send(QUESTIONS)
    runs.reopen()


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
    owner: type,
    killed_at: str,
    first: Command,
    second: Command,
    runs: BatchRuns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send_killed_at(runs, monkeypatch, owner, killed_at)
    with monkeypatch.context() as patch:
        interleave(patch, lambda: first(runs))
        second(runs)
    runs.collect()
    runs.send(QUESTIONS)
    runs.collect()
    assert runs.provider is not None
    runs.provider.run_out()
    assert len(runs.provider.paid()) == len(QUESTIONS)
    assert set(runs.provider.paid().values()) == {1}
    assert runs.select("SELECT state, count(*) FROM draft GROUP BY state") == [("drafted", 4)]


def test_a_batch_that_another_process_is_sending_is_not_sent_a_second_time(
    runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_killed_at(runs, monkeypatch, BatchClient, "upload")
    services = runs.services()
    try:
        with services.run("other", []) as run:
            with services.database.transaction():
                assert services.batches.claim(1, run=run.id)
            assert runs.send(QUESTIONS).sent == []
            assert runs.collect(wait=False)[0].sent == []
            assert runs.select("SELECT state FROM batch") == [("written",)]
    finally:
        services.close()
    assert runs.send(QUESTIONS).sent == [1]


def test_a_batch_that_another_process_is_sending_is_not_cancelled(
    runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_killed_at(runs, monkeypatch, BatchClient, "upload")
    services = runs.services()
    try:
        with services.run("other", []) as run:
            with services.database.transaction():
                assert services.batches.claim(1, run=run.id)
            with pytest.raises(UsageError, match="batch 1: another process is working on it"):
                runs.cancel(("written",))
    finally:
        services.close()
    assert runs.select(STATES) == [("batched", 4)]
    runs.cancel(("written",))
    assert runs.select(STATES) == [("planned", 4)]


def test_a_batch_that_another_process_waits_for_is_cancelled_at_the_provider(tmp_path: Path) -> None:
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider", running_seconds=100))
    runs.send(QUESTIONS)
    services = runs.services()
    try:
        with services.run("batch collect", []) as run:
            with services.database.transaction():
                assert services.batches.claim(1, run=run.id)
            runs.cancel()
    finally:
        services.close()
    assert runs.select("SELECT state, status FROM batch") == [("created", "cancelling")]


def test_a_batch_at_another_endpoint_is_not_cancelled_at_this_one(runs: BatchRuns, tmp_path: Path) -> None:
    runs.send(QUESTIONS)
    elsewhere = BatchRuns(
        tmp_path, runs.provider, model={"name": "m", "base_url": "http://elsewhere.test/v1"}
    )
    with pytest.raises(UsageError, match="batch 1 is at http://batches.test/v1"):
        elsewhere.cancel()


def test_only_batches_at_this_endpoint_are_watched(runs: BatchRuns, tmp_path: Path) -> None:
    runs.send(QUESTIONS)
    elsewhere = BatchRuns(
        tmp_path, runs.provider, model={"name": "m", "base_url": "http://elsewhere.test/v1"}
    )
    assert [running(runs), running(elsewhere)] == [1, 0]


def running(runs: BatchRuns) -> int:
    """How many batches ``generator batch status --watch`` waits for."""
    services = runs.services()

    async def seen(run: Run) -> int:
        async with open_batches(services, services.endpoint(), run, on_progress=lambda *_: None) as made:
            return len(made.coordinator.running())

    try:
        with services.run("batch status", []) as run:
            return asyncio.run(seen(run))
    finally:
        services.close()

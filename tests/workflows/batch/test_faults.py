"""Kills at every step of a batch, however the batch ends: nothing is lost, and nothing is paid twice."""

from pathlib import Path
from typing import Any

import pytest

from generator.model.batch.api import BatchClient
from generator.model.batch.files import RequestFile, partial_path
from generator.store.ledger.batches.batches import Batches
from generator.store.ledger.drafts.drafts import Drafts
from generator.workflows.batch import answer_recorder
from tests.support.batch_runs import BatchRuns, Killed, Provider
from tests.support.services import rows

pytestmark = pytest.mark.slow

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(8)))

OUTCOMES: dict[str, dict[str, Any]] = {
    "completed": {},
    "partly failed": {"failing_share": 0.4},
    "expired": {"expire_after": 3},
    "cancelled": {"validating_seconds": 1.0, "running_seconds": 1000.0},
}


def kill_at(runs: BatchRuns, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, *, when: str) -> None:
    """Kill the command before or after a call, or at the third one."""
    original = getattr(owner, name)
    calls = 0

    async def waited(self: Any, *args: Any, **options: Any) -> Any:
        if when == "before":
            runs.kill()
        await original(self, *args, **options)
        runs.kill()

    def called(self: Any, *args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            runs.kill()
        return original(self, *args, **options)

    monkeypatch.setattr(owner, name, called if when == "third" else waited)


def kill_during_download(runs: BatchRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    original = BatchClient.download

    async def half(self: BatchClient, file_id: str, target: Path) -> None:
        part = partial_path(target)
        await original(self, file_id, part)
        part.write_bytes(part.read_bytes()[:400])
        runs.kill()

    monkeypatch.setattr(BatchClient, "download", half)


KILLS: dict[str, Any] = {
    "while the file is written": lambda runs, patch: kill_at(
        runs, patch, RequestFile, "has_room", when="third"
    ),
    "before upload": lambda runs, patch: kill_at(runs, patch, BatchClient, "upload", when="before"),
    "after upload, its id lost": lambda runs, patch: kill_at(
        runs, patch, BatchClient, "upload", when="after"
    ),
    "after upload": lambda runs, patch: kill_at(runs, patch, BatchClient, "create", when="before"),
    "after create, its id lost": lambda runs, patch: kill_at(
        runs, patch, BatchClient, "create", when="after"
    ),
    "after create": lambda runs, patch: kill_at(runs, patch, BatchClient, "retrieve", when="before"),
    "during a download": kill_during_download,
    "during an import": lambda runs, patch: kill_at(runs, patch, Batches, "close", when="third"),
    "between import and drafts": lambda runs, patch: kill_at(runs, patch, Drafts, "replace", when="third"),
}


def drain(runs: BatchRuns, *, cancel: bool) -> None:
    """Send, cancel where that is the case, and collect, until no question waits any more."""
    for _ in range(12):
        runs.send(QUESTIONS)
        if cancel and runs.provider is not None:
            cancel = False
            runs.cancel_after(500)
        runs.collect()
        if not runs.select("SELECT 1 FROM job WHERE state IN ('planned', 'claimed', 'batched')"):
            return
    raise AssertionError("questions stay open")


def killed(
    folder: Path, kill: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[BatchRuns, Provider]:
    """What a command left that was killed in the middle; the next one may go on from it."""
    provider = Provider(folder / "provider", **OUTCOMES[outcome])
    runs = BatchRuns(folder, provider)
    monkeypatch.setattr(answer_recorder, "CHUNK", 2)
    with monkeypatch.context() as patch:
        KILLS[kill](runs, patch)
        with pytest.raises(Killed):
            drain(runs, cancel=outcome == "cancelled")
    runs.reopen()
    return runs, provider


def check_drafts(runs: BatchRuns, provider: Provider) -> None:
    """Every question was paid once and has its draft; no file of a batch is left."""
    paid = provider.paid()
    assert set(paid.values()) == {1}
    assert len(paid) == len(QUESTIONS)
    assert runs.select("SELECT count(*), count(DISTINCT key) FROM draft WHERE state = 'drafted'") == [(8, 8)]
    assert not list((runs.output / "batches").glob("*"))


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("kill", KILLS)
def test_a_killed_command_loses_nothing_and_pays_nothing_twice(
    kill: str, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, provider = killed(tmp_path, kill, outcome, monkeypatch)
    was_cancelled = any("batch_cancelled" in str(line) for line in provider.lines())
    drain(runs, cancel=outcome == "cancelled" and not was_cancelled)
    check_drafts(runs, provider)
    assert runs.select("SELECT count(*) FROM call WHERE outcome = 'ok'") == [(8,)]
    assert runs.select("SELECT count(*) FROM call WHERE outcome IS NULL") == [(0,)]
    assert runs.select("SELECT count(*) FROM batch WHERE state NOT IN ('collected')") == [(0,)]
    files = {path.stem for path in (runs.output / "drafts" / "biology").glob("*.md")}
    assert len(files) == len(QUESTIONS)


@pytest.mark.parametrize("outcome", ["completed", "cancelled"])
@pytest.mark.parametrize("kill", KILLS)
def test_questions_of_a_batch_cancelled_after_a_kill_are_not_paid_twice(
    kill: str, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, provider = killed(tmp_path, kill, outcome, monkeypatch)
    runs.cancel(("writing", "written", "uploaded", "created"))
    drain(runs, cancel=False)
    provider.run_out()
    check_drafts(runs, provider)
    assert runs.select("SELECT count(*) FROM batch WHERE state NOT IN ('collected', 'cancelled')") == [(0,)]

"""Kills at every step of a batch, however the batch ends: nothing is lost, and nothing is paid twice."""

from pathlib import Path
from typing import Any

import pytest

from generator.model.batch_api import BatchClient
from generator.model.batch_files import RequestFile
from generator.store.ledger.batches import Batches
from generator.workflows.batch import answer_recorder
from generator.workflows.drafting.drafter import Drafter
from tests.support.batch_runs import Desk, Killed, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(8)))

OUTCOMES: dict[str, dict[str, Any]] = {
    "completed": {},
    "partly failed": {"failing_share": 0.4},
    "expired": {"expire_after": 3},
    "cancelled": {"validating_seconds": 1.0, "running_seconds": 1000.0},
}


def kill_at(desk: Desk, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, *, when: str) -> None:
    """Kill the command before or after a call, or at the third one."""
    original = getattr(owner, name)
    calls = 0

    async def waited(self: Any, *args: Any, **options: Any) -> Any:
        if when == "before":
            desk.kill()
        await original(self, *args, **options)
        desk.kill()

    def called(self: Any, *args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            desk.kill()
        return original(self, *args, **options)

    monkeypatch.setattr(owner, name, called if when == "third" else waited)


def kill_during_download(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    original = BatchClient._copy

    async def half(self: BatchClient, file_id: str, target: Path) -> None:
        await original(self, file_id, target)
        target.write_bytes(target.read_bytes()[:400])
        desk.kill()

    monkeypatch.setattr(BatchClient, "_copy", half)


KILLS: dict[str, Any] = {
    "while the file is written": lambda desk, patch: kill_at(
        desk, patch, RequestFile, "has_room", when="third"
    ),
    "before upload": lambda desk, patch: kill_at(desk, patch, BatchClient, "upload", when="before"),
    "after upload, its id lost": lambda desk, patch: kill_at(
        desk, patch, BatchClient, "upload", when="after"
    ),
    "after upload": lambda desk, patch: kill_at(desk, patch, BatchClient, "create", when="before"),
    "after create, its id lost": lambda desk, patch: kill_at(
        desk, patch, BatchClient, "create", when="after"
    ),
    "after create": lambda desk, patch: kill_at(desk, patch, BatchClient, "retrieve", when="before"),
    "during a download": kill_during_download,
    "during an import": lambda desk, patch: kill_at(desk, patch, Batches, "close", when="third"),
    "between import and drafts": lambda desk, patch: kill_at(desk, patch, Drafter, "_record", when="third"),
}


def finish_list(desk: Desk, *, cancel: bool) -> None:
    """Send, cancel once if asked to, and collect, until no question is open."""
    for _ in range(12):
        desk.send(QUESTIONS)
        if cancel and desk.provider is not None:
            cancel = False
            cancel_half_answered(desk)
        desk.collect()
        if not desk.select("SELECT 1 FROM job WHERE state IN ('planned', 'claimed', 'batched')"):
            return
    raise AssertionError("questions stay open")


def cancel_half_answered(desk: Desk) -> None:
    """Cancel the batch when half of its requests are answered."""
    assert desk.provider is not None
    desk.provider.seconds += 2
    desk.collect(wait=False)
    desk.provider.seconds += 500
    desk.cancel()


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("kill", KILLS)
def test_a_killed_command_loses_nothing_and_pays_nothing_twice(
    kill: str, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Provider(tmp_path / "provider", **OUTCOMES[outcome])
    desk = Desk(tmp_path, provider)
    monkeypatch.setattr(answer_recorder, "CHUNK", 2)
    cancelled = outcome == "cancelled"
    with monkeypatch.context() as patch:
        KILLS[kill](desk, patch)
        with pytest.raises(Killed):
            finish_list(desk, cancel=cancelled)
    desk.reopen()
    finish_list(
        desk, cancel=cancelled and not any("batch_cancelled" in str(line) for line in provider.lines())
    )
    paid = provider.paid()
    assert set(paid.values()) == {1}
    assert len(paid) == len(QUESTIONS)
    assert desk.select("SELECT count(*), count(DISTINCT key) FROM draft WHERE state = 'drafted'") == [(8, 8)]
    assert desk.select("SELECT count(*) FROM call WHERE outcome = 'ok'") == [(8,)]
    assert desk.select("SELECT count(*) FROM call WHERE outcome IS NULL") == [(0,)]
    assert desk.select("SELECT count(*) FROM batch WHERE state NOT IN ('collected')") == [(0,)]
    files = {path.stem for path in (desk.output / "drafts" / "biology").glob("*.md")}
    assert len(files) == len(QUESTIONS)
    assert not list((desk.output / "batches").glob("*"))


@pytest.mark.parametrize("outcome", ["completed", "cancelled"])
@pytest.mark.parametrize("kill", KILLS)
def test_questions_of_a_batch_cancelled_after_a_kill_are_not_paid_twice(
    kill: str, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Provider(tmp_path / "provider", **OUTCOMES[outcome])
    desk = Desk(tmp_path, provider)
    monkeypatch.setattr(answer_recorder, "CHUNK", 2)
    with monkeypatch.context() as patch:
        KILLS[kill](desk, patch)
        with pytest.raises(Killed):
            finish_list(desk, cancel=outcome == "cancelled")
    desk.reopen()
    desk.cancel(("writing", "written", "uploaded", "created"))
    finish_list(desk, cancel=False)
    provider.run_out()
    paid = provider.paid()
    assert set(paid.values()) == {1}
    assert len(paid) == len(QUESTIONS)
    assert desk.select("SELECT count(*), count(DISTINCT key) FROM draft WHERE state = 'drafted'") == [(8, 8)]
    assert desk.select("SELECT count(*) FROM batch WHERE state NOT IN ('collected', 'cancelled')") == [(0,)]
    assert not list((desk.output / "batches").glob("*"))

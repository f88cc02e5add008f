"""Killed at every step of a batch's life, whatever became of the batch: nothing is lost, nothing is paid twice."""

from pathlib import Path
from typing import Any

import pytest

from generator.model.batch_api import BatchClient
from generator.model.batch_files import RequestFile, part_of
from generator.store.ledger.batches import Batches
from generator.store.ledger.drafts import Drafts
from generator.workflows.batch import answer_recorder
from tests.support.batch_runs import Desk, Killed, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(8)))

OUTCOMES: dict[str, dict[str, Any]] = {
    "completed": {},
    "partly failed": {"failing_share": 0.4},
    "expired": {"expire_after": 3},
    "cancelled": {"validating_seconds": 1.0, "running_seconds": 1000.0},
}


def raising(desk: Desk, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, *, when: str) -> None:
    """Kill before or after a call, or at the second one; once."""
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


def half_a_download(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    original = BatchClient.download

    async def half(self: BatchClient, file_id: str, target: Path) -> None:
        part = part_of(target)
        await original(self, file_id, part)
        part.write_bytes(part.read_bytes()[:400])
        desk.kill()

    monkeypatch.setattr(BatchClient, "download", half)


KILLS: dict[str, Any] = {
    "while the file is written": lambda desk, patch: raising(
        desk, patch, RequestFile, "has_room", when="third"
    ),
    "before upload": lambda desk, patch: raising(desk, patch, BatchClient, "upload", when="before"),
    "after upload, its id lost": lambda desk, patch: raising(
        desk, patch, BatchClient, "upload", when="after"
    ),
    "after upload": lambda desk, patch: raising(desk, patch, BatchClient, "create", when="before"),
    "after create, its id lost": lambda desk, patch: raising(
        desk, patch, BatchClient, "create", when="after"
    ),
    "after create": lambda desk, patch: raising(desk, patch, BatchClient, "retrieve", when="before"),
    "in mid-download": half_a_download,
    "in mid-import": lambda desk, patch: raising(desk, patch, Batches, "close", when="third"),
    "between import and drafts": lambda desk, patch: raising(desk, patch, Drafts, "replace", when="third"),
}


def drain(desk: Desk, *, cancel: bool) -> None:
    """Send, cancel where that is the case, and collect, until every question is settled."""
    for _ in range(12):
        desk.send(QUESTIONS)
        if cancel and desk.provider is not None:
            cancel = False
            half_way(desk)
        desk.collect()
        if not desk.select("SELECT 1 FROM job WHERE state IN ('planned', 'claimed', 'batched')"):
            return
    raise AssertionError("never done")


def half_way(desk: Desk) -> None:
    """Cancel when half of the requests are answered."""
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
            drain(desk, cancel=cancelled)
    desk.reopen()
    drain(desk, cancel=cancelled and not any("batch_cancelled" in str(line) for line in provider.lines()))
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
def test_a_batch_that_is_cancelled_after_a_kill_is_not_asked_beside_the_next(
    kill: str, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Provider(tmp_path / "provider", **OUTCOMES[outcome])
    desk = Desk(tmp_path, provider)
    monkeypatch.setattr(answer_recorder, "CHUNK", 2)
    with monkeypatch.context() as patch:
        KILLS[kill](desk, patch)
        with pytest.raises(Killed):
            drain(desk, cancel=outcome == "cancelled")
    desk.reopen()
    desk.cancel(("writing", "written", "uploaded", "created"))
    drain(desk, cancel=False)
    provider.run_out()
    paid = provider.paid()
    assert set(paid.values()) == {1}
    assert len(paid) == len(QUESTIONS)
    assert desk.select("SELECT count(*), count(DISTINCT key) FROM draft WHERE state = 'drafted'") == [(8, 8)]
    assert desk.select("SELECT count(*) FROM batch WHERE state NOT IN ('collected', 'cancelled')") == [(0,)]
    assert not list((desk.output / "batches").glob("*"))

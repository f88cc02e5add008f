"""Request files as they are filled: a cap that processes share, kills in mid-file, what is left, names that are taken."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from generator.errors import StorageError
from generator.fake_openai.canned import CANNED_CONTENT
from generator.model.batch_files import RequestFile, part_of
from generator.model.budget import nano, reservation
from generator.model.transport import endpoint_name
from generator.store.ledger.batches import Batches, Order
from generator.workflows.batch import coordinator, request_files
from generator.workflows.batch.report import BatchingReport
from generator.workflows.engine.exchange import request_of
from tests.support.batch_answers import LONG, answer
from tests.support.batch_runs import DAY, Desk, Killed, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"How does organ {number} of the frog work?" for number in range(24)))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, Provider(tmp_path / "provider"))


@pytest.fixture
def files(tmp_path: Path) -> Desk:
    """A desk without a provider."""
    return Desk(tmp_path, None)


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of two requests."""
    monkeypatch.setattr(coordinator, "MOST_REQUESTS", 2)


def order(desk: Desk, *, room_for: float) -> int:
    """Plan and order the list, send nothing, and cap it at so many requests; the cap in nano-dollars."""
    shop = desk.shop()
    try:
        endpoint = shop.endpoint()
        with shop.run("draft", []) as run:
            desk.plan(shop, QUESTIONS, run)
            price = shop.settings.price_of("test-model")
            assert price is not None
            each = reservation(request_of(shop.ledger.jobs.get(1)), price, batch=True)
            cap = nano(room_for * each / 1e9)
            wanted = Order(run.id, "answer", endpoint_name(endpoint.base_url), None, cap)
            shop.batches.order_wanted(wanted, now=shop.now())
        return cap
    finally:
        shop.close()


def collecting(desk: Desk) -> BatchingReport:
    """``generator batch collect``, once."""
    return desk.collect(wait=False)[0]


def drafts_of(desk: Desk, path: Path) -> None:
    """Answer a request file; the first draft fails its checks."""
    ids = [json.loads(line)["custom_id"] for line in path.read_text(encoding="utf-8").splitlines()]
    bad = json.dumps(json.loads(CANNED_CONTENT) | {"page_description": LONG})
    desk.read(answer(ids[0], bad), *(answer(name) for name in ids[1:]))


def test_two_processes_that_fill_an_order_at_once_keep_to_its_cap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The provider takes a day, so that neither process has an answer of the other's batches to follow up.
    desk = Desk(tmp_path, Provider(tmp_path / "provider", running_seconds=DAY))
    monkeypatch.setattr(request_files, "CHUNK", 4)
    cap = order(desk, room_for=8.5)

    # Each has a loop of its own, as a process has: one that waits for the ledger does not keep the other from going on.
    with ThreadPoolExecutor(2) as processes:
        reports = list(processes.map(lambda _: collecting(desk), range(2)))
    ((reserved,),) = desk.select("SELECT sum(reserved) FROM call WHERE outcome IS NULL")
    assert reserved <= cap
    assert sum(report.requests for report in reports) == 8
    assert any(report.over_budget for report in reports)
    assert desk.provider is not None
    assert len([line for line in desk.provider.lines() if "body" in line]) == 8


def test_a_cap_that_another_process_lowers_meanwhile_holds_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_files, "CHUNK", 4)
    cap = order(desk, room_for=20.5)
    add = Batches.add

    def lowered(self: Batches, *args: Any, **options: Any) -> None:
        add(self, *args, **options)
        monkeypatch.setattr(Batches, "add", add)
        asyncio.get_running_loop().call_soon(lower)

    def lower() -> None:
        other = desk.shop()
        with other.database.transaction():
            other.batches.set_cap(1, cap * 6 // 20)
        other.close()

    monkeypatch.setattr(Batches, "add", lowered)
    assert collecting(desk).requests == 6


def test_a_cap_without_room_sends_nothing_and_leaves_no_empty_batch(desk: Desk) -> None:
    order(desk, room_for=0.5)
    report = collecting(desk)
    assert (report.requests, report.left, report.sent) == (0, 24, [])
    assert report.over_budget is not None
    assert desk.select("SELECT count(*) FROM batch") == [(0,)]
    assert not list((desk.output / "batches").glob("*"))


def test_killed_between_recording_and_writing_nothing_is_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(RequestFile, "write", lambda self, lines: desk.kill())
        with pytest.raises(Killed):
            desk.send(QUESTIONS)
    desk.reopen()
    _, states = desk.collect()
    assert states == {"drafted": 24}
    assert desk.select("SELECT count(*), count(DISTINCT job) FROM call") == [(24, 24)]


def test_what_had_no_room_is_counted_whole(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Provider(tmp_path / "provider"))
    desk.send(rows("How does organ 900 of the frog work?"))
    ((each,),) = desk.select("SELECT reserved FROM call")
    many = rows(*(f"How does organ {number} of the frog work?" for number in range(300)))
    report = desk.send(many, max_cost=3.5 * each / 1e9)
    assert (report.requests, report.left) == (3, 297)


def test_what_waits_is_counted_once_however_often_it_is_looked_at(tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider", validating_seconds=100.0, running_seconds=300.0)
    desk = Desk(tmp_path, provider)
    desk.export(QUESTIONS[:1], tmp_path / "r.jsonl")
    drafts_of(desk, tmp_path / "r.jsonl")
    desk.send(QUESTIONS[1:2])
    report, _ = desk.collect()
    assert report.left == 1


def test_a_split_export_leaves_files_of_its_names_alone_and_says_so(
    files: Desk, tmp_path: Path, small_files: None
) -> None:
    (tmp_path / "requests-2.jsonl").write_text("somebody's file\n", encoding="utf-8")
    report = files.export(QUESTIONS[:5], tmp_path / "requests.jsonl", split=True)
    assert (tmp_path / "requests-2.jsonl").read_text(encoding="utf-8") == "somebody's file\n"
    written = [Path(path).name for (path,) in files.select("SELECT path FROM batch ORDER BY id")]
    assert written == ["requests.jsonl", "requests-3.jsonl", "requests-4.jsonl"]
    assert all((tmp_path / name).is_file() for name in written)
    assert [note for note in report.notes if "requests-2.jsonl" in note and "left alone" in note]


def test_the_file_of_another_order_takes_a_free_name(files: Desk, tmp_path: Path) -> None:
    for name, question in (("a", QUESTIONS[0]), ("b", QUESTIONS[1])):
        files.export([question], tmp_path / f"{name}.jsonl")
        drafts_of(files, tmp_path / f"{name}.jsonl")
    (second,) = files.select("SELECT max(run) FROM batch_order")[0]
    (tmp_path / f"again-order{second}.jsonl").write_text("somebody's file\n", encoding="utf-8")
    files.export((), tmp_path / "again.jsonl")
    assert (tmp_path / f"again-order{second}.jsonl").read_text(encoding="utf-8") == "somebody's file\n"
    assert (tmp_path / f"again-order{second}-2.jsonl").is_file()


def test_a_file_that_appears_while_an_export_writes_is_left_alone(
    files: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = tmp_path / "requests.jsonl", RequestFile.write

    def meanwhile(self: RequestFile, lines: Any) -> None:
        path.write_text("somebody's file\n", encoding="utf-8")
        write(self, lines)

    monkeypatch.setattr(RequestFile, "write", meanwhile)
    report = files.export(QUESTIONS[:3], path)
    assert path.read_text(encoding="utf-8") == "somebody's file\n"
    assert files.select("SELECT path FROM batch") == [(str(tmp_path / "requests-2.jsonl"),)]
    assert len((tmp_path / "requests-2.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    assert report.notes and not part_of(path).exists()


def test_an_export_that_cannot_write_is_one_error_and_what_it_asked_is_due(
    files: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "requests"
    folder.mkdir()
    order_wanted = Batches.order_wanted

    def gone_meanwhile(self: Batches, *args: Any, **options: Any) -> int:
        folder.rmdir()
        folder.write_text("", encoding="utf-8")
        monkeypatch.setattr(Batches, "order_wanted", order_wanted)
        return order_wanted(self, *args, **options)

    monkeypatch.setattr(Batches, "order_wanted", gone_meanwhile)
    with pytest.raises(StorageError) as raised:
        files.export(QUESTIONS[:3], folder / "requests.jsonl")
    assert "\n" not in str(raised.value)
    assert files.export((), tmp_path / "requests.jsonl").requests == 3

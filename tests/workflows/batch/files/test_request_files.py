"""Writing request files: a cap that processes share, kills, jobs that are left, file names that exist already."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from generator.errors import StorageError
from generator.fake_openai.canned import CANNED_CONTENT
from generator.model.batch.files import RequestFile, partial_path
from generator.model.budget import nano_dollars, reservation
from generator.model.transport import endpoint_name
from generator.store.ledger.batches.batches import Batches
from generator.store.ledger.batches.rows import BatchOrder
from generator.workflows.batch import coordinator
from generator.workflows.batch.files import request_files
from generator.workflows.batch.report import BatchReport
from generator.workflows.engine.job_requests import first_request
from tests.support.batch_answers import LONG, answer
from tests.support.batch_runs import DAY, BatchRuns, Killed, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"How does organ {number} of the frog work?" for number in range(24)))


@pytest.fixture
def runs(tmp_path: Path) -> BatchRuns:
    return BatchRuns(tmp_path, Provider(tmp_path / "provider"))


@pytest.fixture
def files(tmp_path: Path) -> BatchRuns:
    """A runs without a provider."""
    return BatchRuns(tmp_path, None)


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits request files to two requests."""
    monkeypatch.setattr(coordinator, "MOST_REQUESTS", 2)


def order(runs: BatchRuns, *, room_for: float) -> int:
    """Plan and order the list, send nothing, and cap it at so many requests. Returns the cap in nano-dollars."""
    services = runs.services()
    try:
        endpoint = services.endpoint()
        with services.run("draft", []) as run:
            runs.plan(services, QUESTIONS, run)
            price = services.settings.price_of("test-model")
            assert price is not None
            each = reservation(first_request(services.ledger.jobs.get(1)), price, batch=True)
            cap = nano_dollars(room_for * each / 1e9)
            wanted = BatchOrder(run.id, "answer", endpoint_name(endpoint.base_url), None, cap)
            services.batches.order_jobs(wanted, now=services.now())
        return cap
    finally:
        services.close()


def collect_once(runs: BatchRuns) -> BatchReport:
    """``generator batch collect``, once."""
    return runs.collect(wait=False)[0]


def import_drafts(runs: BatchRuns, path: Path) -> None:
    """Import answers to a request file; the first draft fails its checks."""
    ids = [json.loads(line)["custom_id"] for line in path.read_text(encoding="utf-8").splitlines()]
    bad = json.dumps(json.loads(CANNED_CONTENT) | {"page_description": LONG})
    runs.read(answer(ids[0], bad), *(answer(name) for name in ids[1:]))


def test_two_processes_that_fill_an_order_at_once_do_not_exceed_its_cap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The provider takes a day, so neither process gets an answer that needs a follow-up.
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider", running_seconds=DAY))
    monkeypatch.setattr(request_files, "CHUNK", 4)
    cap = order(runs, room_for=8.5)

    # Each has its own event loop, as a process has: one that waits for the ledger does not block the other.
    with ThreadPoolExecutor(2) as processes:
        reports = list(processes.map(lambda _: collect_once(runs), range(2)))
    ((reserved,),) = runs.select("SELECT sum(reserved) FROM call WHERE outcome IS NULL")
    assert reserved <= cap
    assert sum(report.requests for report in reports) == 8
    assert any(report.over_budget for report in reports)
    assert runs.provider is not None
    assert len([line for line in runs.provider.lines() if "body" in line]) == 8


def test_a_cap_that_another_process_lowers_takes_effect_at_once(
    runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_files, "CHUNK", 4)
    cap = order(runs, room_for=20.5)
    add = Batches.add

    def lowered(self: Batches, *args: Any, **options: Any) -> None:
        add(self, *args, **options)
        monkeypatch.setattr(Batches, "add", add)
        asyncio.get_running_loop().call_soon(lower)

    def lower() -> None:
        other = runs.services()
        with other.database.transaction():
            other.batches.set_cap(1, cap * 6 // 20)
        other.close()

    monkeypatch.setattr(Batches, "add", lowered)
    assert collect_once(runs).requests == 6


def test_a_cap_without_room_sends_nothing_and_leaves_no_empty_batch(runs: BatchRuns) -> None:
    order(runs, room_for=0.5)
    report = collect_once(runs)
    assert (report.requests, report.left, report.sent) == (0, 24, [])
    assert report.over_budget is not None
    assert runs.select("SELECT count(*) FROM batch") == [(0,)]
    assert not list((runs.output / "batches").glob("*"))


def test_a_kill_between_recording_and_writing_loses_nothing(
    runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(RequestFile, "write", lambda self, lines: runs.kill())
        with pytest.raises(Killed):
            runs.send(QUESTIONS)
    runs.reopen()
    _, states = runs.collect()
    assert states == {"drafted": 24}
    assert runs.select("SELECT count(*), count(DISTINCT job) FROM call") == [(24, 24)]


def test_all_requests_without_room_are_counted(tmp_path: Path) -> None:
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider"))
    runs.send(rows("How does organ 900 of the frog work?"))
    ((each,),) = runs.select("SELECT reserved FROM call")
    many = rows(*(f"How does organ {number} of the frog work?" for number in range(300)))
    report = runs.send(many, max_cost=3.5 * each / 1e9)
    assert (report.requests, report.left) == (3, 297)


def test_a_due_job_is_counted_once_however_often_the_pass_repeats(tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider", validating_seconds=100.0, running_seconds=300.0)
    runs = BatchRuns(tmp_path, provider)
    runs.export(QUESTIONS[:1], tmp_path / "r.jsonl")
    import_drafts(runs, tmp_path / "r.jsonl")
    runs.send(QUESTIONS[1:2])
    report, _ = runs.collect()
    assert report.left == 1


def test_a_split_export_does_not_overwrite_existing_files_and_notes_it(
    files: BatchRuns, tmp_path: Path, small_files: None
) -> None:
    (tmp_path / "requests-2.jsonl").write_text("another file\n", encoding="utf-8")
    report = files.export(QUESTIONS[:5], tmp_path / "requests.jsonl", split=True)
    assert (tmp_path / "requests-2.jsonl").read_text(encoding="utf-8") == "another file\n"
    written = [Path(path).name for (path,) in files.select("SELECT path FROM batch ORDER BY id")]
    assert written == ["requests.jsonl", "requests-3.jsonl", "requests-4.jsonl"]
    assert all((tmp_path / name).is_file() for name in written)
    assert [note for note in report.notes if "requests-2.jsonl" in note and "left as it is" in note]


def test_the_file_of_a_second_order_gets_a_free_name(files: BatchRuns, tmp_path: Path) -> None:
    for name, question in (("a", QUESTIONS[0]), ("b", QUESTIONS[1])):
        files.export([question], tmp_path / f"{name}.jsonl")
        import_drafts(files, tmp_path / f"{name}.jsonl")
    (second,) = files.select("SELECT max(run) FROM batch_order")[0]
    (tmp_path / f"again-order{second}.jsonl").write_text("another file\n", encoding="utf-8")
    files.export((), tmp_path / "again.jsonl")
    assert (tmp_path / f"again-order{second}.jsonl").read_text(encoding="utf-8") == "another file\n"
    assert (tmp_path / f"again-order{second}-2.jsonl").is_file()


def test_a_file_that_appears_during_an_export_is_not_overwritten(
    files: BatchRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = tmp_path / "requests.jsonl", RequestFile.write

    def meanwhile(self: RequestFile, lines: Any) -> None:
        path.write_text("another file\n", encoding="utf-8")
        write(self, lines)

    monkeypatch.setattr(RequestFile, "write", meanwhile)
    report = files.export(QUESTIONS[:3], path)
    assert path.read_text(encoding="utf-8") == "another file\n"
    assert files.select("SELECT path FROM batch") == [(str(tmp_path / "requests-2.jsonl"),)]
    assert len((tmp_path / "requests-2.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    assert report.notes and not partial_path(path).exists()


def test_an_export_that_cannot_write_is_one_error_and_its_jobs_stay_due(
    files: BatchRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "requests"
    folder.mkdir()
    order_jobs = Batches.order_jobs

    def gone_meanwhile(self: Batches, *args: Any, **options: Any) -> int:
        folder.rmdir()
        folder.write_text("", encoding="utf-8")
        monkeypatch.setattr(Batches, "order_jobs", order_jobs)
        return order_jobs(self, *args, **options)

    monkeypatch.setattr(Batches, "order_jobs", gone_meanwhile)
    with pytest.raises(StorageError) as raised:
        files.export(QUESTIONS[:3], folder / "requests.jsonl")
    assert "\n" not in str(raised.value)
    assert files.export((), tmp_path / "requests.jsonl").requests == 3

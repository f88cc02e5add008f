"""Batches whose files lack answers: these count as charged, are looked for again, and are not asked again."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from generator.model.budget import nano_dollars
from generator.workflows.batch.session import open_batches
from tests.support.batch_runs import BatchRuns, Provider
from tests.support.services import rows

pytestmark = pytest.mark.slow

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(6)))

Change = Callable[[dict[str, Any]], None]


class FaultyTransport(httpx2.AsyncBaseTransport):
    """The provider, whose ended batches and whose files are changed on their way while ``on``."""

    def __init__(self, provider: Provider, change: Change | None = None, *, drop_lines: int = 0) -> None:
        self.inner = provider.transport
        self.change = change
        self.drop_lines = drop_lines
        self.on = True

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self.inner.handle_async_request(request)
        if not self.on:
            return response
        body = await response.aread()
        if request.url.path.endswith("/content"):
            body = b"".join(body.splitlines(keepends=True)[self.drop_lines :])
        elif "/batches/" in request.url.path and self.change is not None:
            batch = json.loads(body)
            if batch.get("output_file_id") or batch.get("error_file_id"):
                self.change(batch)
            body = json.dumps(batch).encode()
        return httpx2.Response(response.status_code, content=body)


def no_files(batch: dict[str, Any]) -> None:
    batch.update(output_file_id=None, error_file_id=None)


def no_keys(batch: dict[str, Any]) -> None:
    del batch["output_file_id"], batch["error_file_id"]


def no_counts(batch: dict[str, Any]) -> None:
    batch.update(output_file_id=None, error_file_id=None, request_counts=None)


def half_counts(batch: dict[str, Any]) -> None:
    batch.update(output_file_id=None, error_file_id=None, request_counts={"total": 6})


def strange_file(batch: dict[str, Any]) -> None:
    batch["output_file_id"] = "file-nobody-knows"


def strange_file_without_counts(batch: dict[str, Any]) -> None:
    batch.update(status="expired", output_file_id="file-nobody-knows", request_counts=None)


def expired_without_files(batch: dict[str, Any]) -> None:
    batch.update(status="expired", output_file_id=None, error_file_id=None)


def cancelled_without_files(batch: dict[str, Any]) -> None:
    batch.update(status="cancelled", output_file_id=None, error_file_id=None)


def expired_without_anything(batch: dict[str, Any]) -> None:
    batch.update(status="expired", output_file_id=None, error_file_id=None, request_counts=None)


def cancelled_without_anything(batch: dict[str, Any]) -> None:
    batch.update(status="cancelled", output_file_id=None, error_file_id=None, request_counts=None)


def failed_after_answers(batch: dict[str, Any]) -> None:
    batch.update(status="failed", output_file_id=None, error_file_id=None)


FAULTS: dict[str, tuple[Change | None, int, int]] = {
    "no files": (no_files, 0, 6),
    "no keys": (no_keys, 0, 6),
    "no counts": (no_counts, 0, 6),
    "half of the counts": (half_counts, 0, 6),
    "a file that is not there": (strange_file, 0, 6),
    "a file that is not there, and no counts": (strange_file_without_counts, 0, 6),
    "an empty file": (None, 6, 6),
    "two lines short": (None, 2, 2),
    "expired": (expired_without_files, 0, 6),
    "expired, and nothing is said": (expired_without_anything, 0, 6),
    "cancelled": (cancelled_without_files, 0, 6),
    "cancelled, and nothing is said": (cancelled_without_anything, 0, 6),
    "failed after it had answered": (failed_after_answers, 0, 6),
}


@pytest.fixture(params=FAULTS)
def faulty(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[BatchRuns, FaultyTransport, int]]:
    change, drop_lines, missing = FAULTS[request.param]
    provider = Provider(tmp_path / "provider")
    between = FaultyTransport(provider, change, drop_lines=drop_lines)
    provider.transport = between  # type: ignore[assignment]
    yield BatchRuns(tmp_path, provider), between, missing


def cost(runs: BatchRuns) -> int:
    """The cost of the first list, as a cap counts it."""
    services = runs.services()
    try:
        return services.batches.spent(services.batches.order_of(services.batches.get(1)).run)
    finally:
        services.close()


def test_what_is_missing_counts_at_its_reservation_and_is_not_sent_again(
    faulty: tuple[BatchRuns, FaultyTransport, int],
) -> None:
    runs, _, missing = faulty
    runs.send(QUESTIONS)
    ((each,),) = runs.select("SELECT max(reserved) FROM call")
    for _ in range(3):
        report, _ = runs.collect()
        assert (report.passed_over, report.unanswered, report.sent) == (1, 0, [])
        assert f"{missing} of 6 answers" in report.notes[0] and "batch cancel 1" in report.notes[0]
    assert runs.select("SELECT state FROM batch") == [("incomplete",)]
    assert runs.select("SELECT count(*) FROM call WHERE outcome IS NULL") == [(missing,)]
    assert cost(runs) >= missing * each * 0.9
    assert not list((runs.output / "batches").glob("*"))


def test_what_appears_later_is_collected_at_its_real_cost(
    faulty: tuple[BatchRuns, FaultyTransport, int],
) -> None:
    runs, between, missing = faulty
    runs.send(QUESTIONS)
    _, first = runs.collect()
    between.on = False
    report, states = runs.collect()
    assert (report.passed_over, report.notes, report.collected) == (0, [], [1])
    assert (first["drafted"], states["drafted"]) == (6 - missing, missing)
    assert cost(runs) == sum(amount for (amount,) in runs.select("SELECT cost FROM call"))
    assert runs.select("SELECT count(*) FROM call") == [(6,)]


def test_what_is_given_up_stays_paid_and_is_asked_again_by_its_list_alone(
    faulty: tuple[BatchRuns, FaultyTransport, int],
) -> None:
    runs, between, missing = faulty
    runs.send(QUESTIONS)
    runs.collect()
    before = cost(runs)
    cancel_first(runs)
    assert cost(runs) == before
    assert runs.select("SELECT state FROM batch") == [("cancelled",)]
    assert runs.collect()[0].sent == []
    between.on = False
    assert runs.send(QUESTIONS).requests == missing
    assert runs.collect()[1] == {"drafted": missing}
    assert cost(runs) == before


def cancel_first(runs: BatchRuns) -> None:
    """``generator batch cancel 1``."""
    services = runs.services()

    async def work() -> None:
        async with open_batches(services, services.endpoint(), run, on_progress=lambda *_: None) as made:
            await made.coordinator.cancel(services.batches.get(1))

    try:
        with services.run("batch cancel", []) as run:
            asyncio.run(work())
    finally:
        services.close()


def test_cancelling_collects_the_answers_that_have_appeared(tmp_path: Path) -> None:
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider", output_late_seconds=600.0))
    assert runs.provider is not None
    runs.send(QUESTIONS)
    assert runs.collect()[0].passed_over == 1
    runs.provider.seconds += 600
    cancel_first(runs)
    assert runs.select("SELECT state FROM batch") == [("collected",)]
    assert runs.collect()[1] == {"drafted": 6}


def test_missing_answers_are_looked_for_again_while_other_batches_run(tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider", running_seconds=500.0, output_late_seconds=100.0)
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS[:3])
    runs.collect(wait=False)
    provider.seconds += 500
    assert runs.collect(wait=False)[0].passed_over == 1
    runs.send(QUESTIONS)
    report, states = runs.collect()
    assert (report.collected, states) == ([1], {"drafted": 3})
    assert (report.passed_over, len(report.notes)) == (1, 1)


def test_missing_answers_leave_no_room_under_a_cap(tmp_path: Path) -> None:
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider", output_late_seconds=600.0))
    runs.send(QUESTIONS[:1])
    ((each,),) = runs.select("SELECT reserved FROM call")
    sent = runs.send(QUESTIONS[1:], max_cost=3.5 * each / 1e9)
    assert sent.requests == 3
    for _ in range(2):
        report, _ = runs.collect()
        assert (report.sent, report.over_budget is not None) == ([], True)
    assert runs.select("SELECT count(*), sum(outcome IS NULL) FROM call WHERE batch = 2") == [(3, 3)]
    assert nano_dollars(3.5 * each / 1e9) >= 3 * each


@pytest.mark.parametrize("status", ["expired", "cancelled", "failed"])
def test_a_batch_that_ended_without_an_answer_costs_nothing(status: str, tmp_path: Path) -> None:
    def ended(batch: dict[str, Any]) -> None:
        counts = {"total": 6, "completed": 0, "failed": 0}
        batch.update(status=status, output_file_id=None, error_file_id=None, request_counts=counts)

    provider = Provider(tmp_path / "provider")
    provider.transport = FaultyTransport(provider, ended)  # type: ignore[assignment]
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS)
    report, _ = runs.collect(wait=False)
    assert (report.passed_over, report.unanswered, report.collected) == (0, 6, [1])
    assert (len(report.sent), report.returned_to_queue) == ((1, 0) if status == "expired" else (0, 6))
    assert cost(runs) == 0 or status == "expired"


class BrokenDownloads(httpx2.AsyncBaseTransport):
    """The provider, which answers a status instead of the first file that is asked for."""

    def __init__(self, provider: Provider, status: int) -> None:
        self.inner, self.status = provider.transport, status
        self.broken = ""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/content") and self.broken in ("", request.url.path):
            self.broken = request.url.path
            return httpx2.Response(self.status, json={"error": {"message": "not now"}})
        return await self.inner.handle_async_request(request)


@pytest.mark.parametrize("status", [404, 410, 409, 500])
def test_a_file_that_cannot_be_downloaded_stops_no_other_batch(status: int, tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider")
    runs = BatchRuns(tmp_path, provider)
    whole = provider.transport
    runs.send(QUESTIONS[:3])
    runs.send(QUESTIONS)
    provider.transport = BrokenDownloads(provider, status)  # type: ignore[assignment]
    report, states = runs.collect()
    assert (report.collected, states, report.passed_over, report.sent) == ([2], {"drafted": 3}, 1, [])
    assert report.notes[0].startswith("batch 1 ")
    provider.transport = whole
    report, states = runs.collect()
    assert (report.collected, states, report.passed_over) == ([1], {"drafted": 3}, 0)
    assert set(provider.paid().values()) == {1}


def test_requests_counted_as_failed_without_a_line_are_not_charged(tmp_path: Path) -> None:
    def all_failed(batch: dict[str, Any]) -> None:
        batch.update(output_file_id=None, request_counts={"total": 6, "completed": 0, "failed": 6})

    provider = Provider(tmp_path / "provider")
    between = FaultyTransport(provider, all_failed)
    provider.transport = between  # type: ignore[assignment]
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS)
    report, _ = runs.collect(wait=False)
    assert (report.passed_over, report.unanswered, len(report.sent)) == (0, 6, 1)


def test_a_batch_with_an_error_file_alone_is_complete(tmp_path: Path) -> None:
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider", failing_share=1.0))
    runs.send(QUESTIONS)
    report, _ = runs.collect(wait=False)
    assert (report.recording.failed, report.passed_over, len(report.sent)) == (6, 0, 1)


def test_a_cancelled_batch_returns_unanswered_questions_to_the_queue_and_keeps_missing_ones(
    tmp_path: Path,
) -> None:
    provider = Provider(tmp_path / "provider", validating_seconds=1, running_seconds=100)
    between = FaultyTransport(provider, drop_lines=0)
    provider.transport = between  # type: ignore[assignment]
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS)
    runs.cancel_after(50)
    between.change = lambda batch: batch.update(output_file_id=None)
    report, states = runs.collect()
    assert (report.passed_over, report.returned_to_queue, states) == (1, 3, {})
    assert runs.select("SELECT state, count(*) FROM job GROUP BY state") == [("batched", 3), ("planned", 3)]
    assert runs.send(QUESTIONS).requests == 3
    between.on = False
    report, states = runs.collect()
    assert (report.returned_to_queue, states) == (0, {"drafted": 6})
    assert set(provider.paid().values()) == {1}

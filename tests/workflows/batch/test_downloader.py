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
from tests.support.batch_runs import Desk, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(6)))

Change = Callable[[dict[str, Any]], None]


class FaultyProvider(httpx2.AsyncBaseTransport):
    """A provider that changes its ended batches, or drops the first lines of its files, while ``on``."""

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
}


@pytest.fixture(params=FAULTS)
def faulty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Desk, FaultyProvider, int]]:
    change, drop_lines, missing = FAULTS[request.param]
    provider = Provider(tmp_path / "provider")
    between = FaultyProvider(provider, change, drop_lines=drop_lines)
    provider.transport = between  # type: ignore[assignment]
    yield Desk(tmp_path, provider), between, missing


def cost(desk: Desk) -> int:
    """The cost of the first list, as a cap counts it."""
    shop = desk.shop()
    try:
        return shop.batches.spent(shop.batches.order_of(shop.batches.get(1)).run)
    finally:
        shop.close()


def test_missing_answers_count_at_their_reservation_and_are_not_asked_again(
    faulty: tuple[Desk, FaultyProvider, int],
) -> None:
    desk, _, missing = faulty
    desk.send(QUESTIONS)
    ((each,),) = desk.select("SELECT max(reserved) FROM call")
    for _ in range(3):
        report, _ = desk.collect()
        assert (report.passed_over, report.unanswered, report.sent) == (1, 0, [])
        assert f"{missing} of 6 answers" in report.notes[0] and "batch cancel 1" in report.notes[0]
    assert desk.select("SELECT state FROM batch") == [("incomplete",)]
    assert desk.select("SELECT count(*) FROM call WHERE outcome IS NULL") == [(missing,)]
    assert cost(desk) >= missing * each * 0.9
    assert not list((desk.output / "batches").glob("*"))


def test_answers_that_appear_later_are_collected_at_their_real_cost(
    faulty: tuple[Desk, FaultyProvider, int],
) -> None:
    desk, between, missing = faulty
    desk.send(QUESTIONS)
    _, first = desk.collect()
    between.on = False
    report, states = desk.collect()
    assert (report.passed_over, report.notes, report.collected) == (0, [], [1])
    assert (first["drafted"], states["drafted"]) == (6 - missing, missing)
    assert cost(desk) == sum(amount for (amount,) in desk.select("SELECT cost FROM call"))
    assert desk.select("SELECT count(*) FROM call") == [(6,)]


def test_answers_of_a_cancelled_batch_stay_charged_and_only_its_list_asks_them_again(
    faulty: tuple[Desk, FaultyProvider, int],
) -> None:
    desk, between, missing = faulty
    desk.send(QUESTIONS)
    desk.collect()
    before = cost(desk)
    cancel_first(desk)
    assert cost(desk) == before
    assert desk.select("SELECT state FROM batch") == [("cancelled",)]
    assert desk.collect()[0].sent == []
    between.on = False
    assert desk.send(QUESTIONS).requests == missing
    assert desk.collect()[1] == {"drafted": missing}
    assert cost(desk) == before


def cancel_first(desk: Desk) -> None:
    """``generator batch cancel 1``."""
    shop = desk.shop()

    async def work() -> None:
        async with open_batches(shop, shop.endpoint(), run, on_progress=lambda *_: None) as made:
            await made.coordinator.cancel(shop.batches.get(1))

    try:
        with shop.run("batch cancel", []) as run:
            asyncio.run(work())
    finally:
        shop.close()


def test_cancelling_collects_the_answers_that_have_appeared(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Provider(tmp_path / "provider", output_late_seconds=600.0))
    assert desk.provider is not None
    desk.send(QUESTIONS)
    assert desk.collect()[0].passed_over == 1
    desk.provider.seconds += 600
    cancel_first(desk)
    assert desk.select("SELECT state FROM batch") == [("collected",)]
    assert desk.collect()[1] == {"drafted": 6}


def test_missing_answers_are_looked_for_again_while_other_batches_run(tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider", running_seconds=500.0, output_late_seconds=100.0)
    desk = Desk(tmp_path, provider)
    desk.send(QUESTIONS[:3])
    desk.collect(wait=False)
    provider.seconds += 500
    assert desk.collect(wait=False)[0].passed_over == 1
    desk.send(QUESTIONS)
    report, states = desk.collect()
    assert (report.collected, states) == ([1], {"drafted": 3})
    assert (report.passed_over, len(report.notes)) == (1, 1)


def test_missing_answers_leave_no_room_under_a_cap(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Provider(tmp_path / "provider", output_late_seconds=600.0))
    desk.send(QUESTIONS[:1])
    ((each,),) = desk.select("SELECT reserved FROM call")
    sent = desk.send(QUESTIONS[1:], max_cost=3.5 * each / 1e9)
    assert sent.requests == 3
    for _ in range(2):
        report, _ = desk.collect()
        assert (report.sent, report.over_budget is not None) == ([], True)
    assert desk.select("SELECT count(*), sum(outcome IS NULL) FROM call WHERE batch = 2") == [(3, 3)]
    assert nano_dollars(3.5 * each / 1e9) >= 3 * each


def test_requests_counted_as_failed_without_a_line_are_not_charged(tmp_path: Path) -> None:
    def all_failed(batch: dict[str, Any]) -> None:
        batch.update(output_file_id=None, request_counts={"total": 6, "completed": 0, "failed": 6})

    provider = Provider(tmp_path / "provider")
    between = FaultyProvider(provider, all_failed)
    provider.transport = between  # type: ignore[assignment]
    desk = Desk(tmp_path, provider)
    desk.send(QUESTIONS)
    report, _ = desk.collect(wait=False)
    assert (report.passed_over, report.unanswered, len(report.sent)) == (0, 6, 1)


def test_a_batch_with_an_error_file_alone_is_complete(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Provider(tmp_path / "provider", failing_share=1.0))
    desk.send(QUESTIONS)
    report, _ = desk.collect(wait=False)
    assert (report.recording.failed, report.passed_over, len(report.sent)) == (6, 0, 1)


def test_a_cancelled_batch_returns_unanswered_questions_and_waits_for_missing_answers(
    tmp_path: Path,
) -> None:
    provider = Provider(tmp_path / "provider", validating_seconds=1, running_seconds=100)
    between = FaultyProvider(provider, drop_lines=0)
    provider.transport = between  # type: ignore[assignment]
    desk = Desk(tmp_path, provider)
    desk.send(QUESTIONS)
    provider.seconds += 2
    desk.collect(wait=False)
    provider.seconds += 50
    desk.cancel()
    between.change = lambda batch: batch.update(output_file_id=None)
    report, states = desk.collect()
    assert (report.passed_over, report.returned_to_queue, states) == (1, 3, {})
    assert desk.select("SELECT state, count(*) FROM job GROUP BY state") == [("batched", 3), ("planned", 3)]
    assert desk.send(QUESTIONS).requests == 3
    between.on = False
    report, states = desk.collect()
    assert (report.returned_to_queue, states) == (0, {"drafted": 6})
    assert set(provider.paid().values()) == {1}

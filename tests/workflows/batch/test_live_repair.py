"""What came back from batches and is asked for live: however that ends, its jobs are found again."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from generator.errors import BudgetExceeded
from generator.fake_openai.canned import CANNED_CONTENT
from generator.model.client import ModelClient
from generator.services import Services
from generator.workflows.batch.live_repair import LiveRepair
from generator.workflows.drafting.draft import new_drafting
from generator.workflows.engine.asker import open_asker
from tests.support.batch_answers import LONG, answer
from tests.support.batch_runs import BatchRuns, Killed, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"How does organ {number} of the frog work?" for number in range(3)))


@pytest.fixture
def runs(tmp_path: Path) -> BatchRuns:
    """Three exported questions: two came back and need repair, one did not come back."""
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider"))
    runs.export(QUESTIONS, tmp_path / "requests.jsonl")
    lines = (tmp_path / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    bad = json.dumps(json.loads(CANNED_CONTENT) | {"page_description": LONG})
    runs.read(*(answer(json.loads(line)["custom_id"], bad) for line in lines[:2]))
    return runs


def repair(runs: BatchRuns, *, max_cost: float | None = None) -> Counter[str]:
    """The live part of ``batch import --repair-live``: the states of the drafts that came of it."""
    services = runs.services()
    try:
        with services.run("batch import", []) as run:

            async def work(services: Services) -> Counter[str]:
                async with open_asker(
                    services, services.endpoint(), run, concurrency=2, max_cost=max_cost
                ) as asker:
                    drafting = new_drafting(services, asker, on_done=lambda _: None)
                    live = LiveRepair(services.batches, asker, services.batches.orders_due(), drafting.draft)
                    await live.run(2)
                    return Counter(drafting.report.states)

            return asyncio.run(work(services))
    finally:
        services.close()


def due(runs: BatchRuns) -> int:
    services = runs.services()
    try:
        return sum(services.batches.due(order.run) for order in services.batches.orders_due())
    finally:
        services.close()


def test_what_came_back_is_asked_live_and_what_is_outstanding_is_not(runs: BatchRuns) -> None:
    assert due(runs) == 2
    assert repair(runs).total() == 2
    assert due(runs) == 0
    assert runs.select("SELECT count(*) FROM call WHERE batch IS NULL AND job = 3") == [(0,)]


def test_what_was_never_sent_is_not_asked_live(tmp_path: Path) -> None:
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider"))
    runs.send(QUESTIONS, max_cost=0.000001)
    assert due(runs) == 3
    assert not repair(runs)
    assert due(runs) == 3


def test_a_live_repair_that_its_cap_ends_leaves_its_jobs_to_the_next(runs: BatchRuns, tmp_path: Path) -> None:
    with pytest.raises(BudgetExceeded):
        repair(runs, max_cost=0.000001)
    assert due(runs) == 2
    assert runs.export((), tmp_path / "again.jsonl").requests == 2


def test_a_killed_live_repair_leaves_its_jobs_to_the_next(
    runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(self: ModelClient, request: object) -> None:
        runs.kill()

    with monkeypatch.context() as patch:
        patch.setattr(ModelClient, "attempt", killed)
        with pytest.raises(Killed):
            repair(runs)
    runs.reopen()
    assert repair(runs).total() == 2


def test_what_another_run_asks_live_is_left_alone(runs: BatchRuns) -> None:
    services = runs.services()
    try:
        with services.run("batch import", []) as run:
            with services.database.transaction():
                (order,) = services.batches.orders_due()
                assert len(services.batches.claim_returned(order.run, run=run.id, after=0, limit=1)) == 1
            assert repair(runs).total() == 1
    finally:
        services.close()
    assert repair(runs).total() == 1

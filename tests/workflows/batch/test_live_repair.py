"""Live repair of jobs that came back from batches: however it ends, no job is lost."""

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
from generator.workflows.drafting.drafter import Drafter
from generator.workflows.engine.live_session import LiveSession
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
    """Run the live part of ``batch import --repair-live``. Returns the states of its drafts."""
    services = runs.services()
    try:
        with services.run("batch import", []) as run:

            async def work(services: Services) -> Counter[str]:
                async with LiveSession(
                    services, services.endpoint(), run, concurrency=2, max_cost=max_cost
                ) as session:
                    drafter = Drafter(services, session)
                    live = LiveRepair(services.batches, session, services.batches.orders_due(), drafter.draft)
                    await live.run(2)
                    return Counter(drafter.report.states)

            return asyncio.run(work(services))
    finally:
        services.close()


def due(runs: BatchRuns) -> int:
    services = runs.services()
    try:
        return sum(services.batches.count_due(order.run) for order in services.batches.orders_due())
    finally:
        services.close()


def test_only_jobs_that_came_back_are_asked_live(runs: BatchRuns) -> None:
    assert due(runs) == 2
    assert repair(runs).total() == 2
    assert due(runs) == 0
    assert runs.select("SELECT count(*) FROM call WHERE batch IS NULL AND job = 3") == [(0,)]


def test_jobs_that_were_never_sent_are_not_asked_live(tmp_path: Path) -> None:
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider"))
    runs.send(QUESTIONS, max_cost=0.000001)
    assert due(runs) == 3
    assert not repair(runs)
    assert due(runs) == 3


def test_the_jobs_of_a_live_repair_that_its_cap_ended_stay_due(runs: BatchRuns, tmp_path: Path) -> None:
    with pytest.raises(BudgetExceeded):
        repair(runs, max_cost=0.000001)
    assert due(runs) == 2
    assert runs.export((), tmp_path / "again.jsonl").requests == 2


def test_the_jobs_of_a_killed_live_repair_stay_due(runs: BatchRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    async def killed(self: ModelClient, request: object) -> None:
        runs.kill()

    with monkeypatch.context() as patch:
        patch.setattr(ModelClient, "attempt", killed)
        with pytest.raises(Killed):
            repair(runs)
    runs.reopen()
    assert repair(runs).total() == 2


def test_jobs_that_another_run_has_claimed_are_not_asked_live(runs: BatchRuns) -> None:
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

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
from tests.support.batch_runs import Desk, Killed, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"How does organ {number} of the frog work?" for number in range(3)))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Three exported questions: two came back and need repair, one did not come back."""
    desk = Desk(tmp_path, Provider(tmp_path / "provider"))
    desk.export(QUESTIONS, tmp_path / "requests.jsonl")
    lines = (tmp_path / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    bad = json.dumps(json.loads(CANNED_CONTENT) | {"page_description": LONG})
    desk.read(*(answer(json.loads(line)["custom_id"], bad) for line in lines[:2]))
    return desk


def repair(desk: Desk, *, max_cost: float | None = None) -> Counter[str]:
    """Run the live part of ``batch import --repair-live``. Returns the states of its drafts."""
    shop = desk.shop()
    try:
        with shop.run("batch import", []) as run:

            async def work(shop: Services) -> Counter[str]:
                async with LiveSession(
                    shop, shop.endpoint(), run, concurrency=2, max_cost=max_cost
                ) as session:
                    drafter = Drafter(shop, session)
                    live = LiveRepair(shop.batches, session, shop.batches.orders_due(), drafter.draft)
                    await live.run(2)
                    return Counter(drafter.report.states)

            return asyncio.run(work(shop))
    finally:
        shop.close()


def due(desk: Desk) -> int:
    shop = desk.shop()
    try:
        return sum(shop.batches.count_due(order.run) for order in shop.batches.orders_due())
    finally:
        shop.close()


def test_only_jobs_that_came_back_are_asked_live(desk: Desk) -> None:
    assert due(desk) == 2
    assert repair(desk).total() == 2
    assert due(desk) == 0
    assert desk.select("SELECT count(*) FROM call WHERE batch IS NULL AND job = 3") == [(0,)]


def test_jobs_that_were_never_sent_are_not_asked_live(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Provider(tmp_path / "provider"))
    desk.send(QUESTIONS, max_cost=0.000001)
    assert due(desk) == 3
    assert not repair(desk)
    assert due(desk) == 3


def test_the_jobs_of_a_live_repair_that_its_cap_ended_stay_due(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BudgetExceeded):
        repair(desk, max_cost=0.000001)
    assert due(desk) == 2
    assert desk.export((), tmp_path / "again.jsonl").requests == 2


def test_the_jobs_of_a_killed_live_repair_stay_due(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def killed(self: ModelClient, request: object) -> None:
        desk.kill()

    with monkeypatch.context() as patch:
        patch.setattr(ModelClient, "attempt", killed)
        with pytest.raises(Killed):
            repair(desk)
    desk.reopen()
    assert repair(desk).total() == 2


def test_jobs_that_another_run_has_claimed_are_not_asked_live(desk: Desk) -> None:
    shop = desk.shop()
    try:
        with shop.run("batch import", []) as run:
            with shop.database.transaction():
                (order,) = shop.batches.orders_due()
                assert len(shop.batches.claim_returned(order.run, run=run.id, after=0, limit=1)) == 1
            assert repair(desk).total() == 1
    finally:
        shop.close()
    assert repair(desk).total() == 1

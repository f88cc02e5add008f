"""A question that is to go by batch is planned again as long as no batch holds it."""

import pytest

from generator.questions.rows import Question
from generator.store.ledger.batches.rows import BatchOrder
from generator.store.ledger.runs.calls import NewCall
from generator.workflows.drafting.plan_report import PlanReport
from generator.workflows.drafting.planner import ListPlanner
from tests.support.services import DATE, scripted_services

NOW = "2026-01-31T12:00:00.000+00:00"
ROWS = [
    Question(f"How does organ {number} of the squid work?", "Biology", None, (), "q.csv", number)
    for number in range(3)
]


@pytest.fixture
def services(tmp_path):
    made = scripted_services(tmp_path)
    yield made
    made.close()


def plan(services) -> tuple[int, PlanReport]:
    """Plan the list for a run of its own, and order its questions as a batch; the run and what was found."""
    with services.run("draft", []) as run:
        report = ListPlanner(services, services.endpoint(), date=DATE, near="allow").plan(
            iter(ROWS), run=run.id
        )
        services.batches.order_jobs(BatchOrder(run.id, "answer", None, None, None), now=NOW)
    return run.id, report


def test_what_no_batch_holds_goes_with_the_next_order(services):
    first, _ = plan(services)
    second, report = plan(services)
    assert report.counts == {"resume": 3}
    assert (services.batches.count_due(first), services.batches.count_due(second)) == (0, 3)


def test_what_a_batch_holds_stays_there(services):
    first, _ = plan(services)
    (job,) = services.batches.claim_due(first, run=first, after=0, limit=1)
    batch = services.batches.begin(first, model="small", folder="batches", run=first, now=NOW)
    call = NewCall(job.id, 1, "draft", 1, "hash", "json_schema", "small", None)
    services.batches.add(batch.id, [call], run=first, now=NOW)
    second, report = plan(services)
    assert report.counts == {"batched": 1, "resume": 2}
    assert (services.batches.count_unanswered(batch.id), services.batches.count_due(second)) == (1, 2)

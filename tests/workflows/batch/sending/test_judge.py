"""Judging by batch: one request a page, paid once, and the scores are there when the answers are."""

import pytest

from generator.errors import UsageError
from generator.workflows.batch.collect import collect_batches
from generator.workflows.batch.requests import CollectRequest
from generator.workflows.batch.sending.pages import send_judging
from generator.workflows.engine.progress import NoProgress
from generator.workflows.judge.requests import JudgeRequest
from tests.support.batch_runs import BatchRuns, Provider
from tests.support.drafts import QUESTIONS, draft_of, with_drafts


@pytest.fixture
def runs(tmp_path) -> BatchRuns:
    with_drafts(tmp_path, QUESTIONS).close()
    return BatchRuns(tmp_path, Provider(tmp_path / "provider", canned=False))


def send(runs: BatchRuns) -> int:
    with runs.opened() as services:
        sent = send_judging(services, JudgeRequest(states=("drafted",)), NoProgress())
        assert sent.error is None
        return sent.report.requests


def test_pages_are_judged_by_batch_and_paid_once(runs: BatchRuns) -> None:
    assert send(runs) == 3
    with runs.opened() as services:
        done = collect_batches(services, CollectRequest(every_seconds=60.0), NoProgress())
        assert done.error is None
        assert (done.judge.judged, done.judge.failed, done.needs_person) == (3, 0, False)
        assert all(1 <= draft_of(services, question).score <= 5 for question in QUESTIONS)
    assert send(runs) == 0
    assert runs.provider is not None and max(runs.provider.paid().values()) == 1


def test_another_endpoint_than_that_of_batch_collect_is_refused(runs: BatchRuns) -> None:
    runs.changes["judge"] = {"model": "other", "base_url": "http://elsewhere.example/v1"}
    with pytest.raises(UsageError, match=r"judge\.base_url"):
        send(runs)

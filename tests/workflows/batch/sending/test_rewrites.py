"""Rewrites by batch: one request a page, paid once, and their drafts are there when the answers are."""

import pytest

from generator.workflows.batch.collect import collect_batches
from generator.workflows.batch.requests import CollectRequest, SentOutcome
from generator.workflows.batch.sending.rewrites import send_rewrites
from generator.workflows.engine.progress import NoProgress
from generator.workflows.rewriting.requests import PageSelection, RewriteRequest
from generator.workflows.rewriting.rewrite import rewrite_pages
from tests.support.batch_runs import BatchRuns, Provider
from tests.support.rewrites import KEY, OTHER, OTHER_KEY, publish_page, publish_rewrite, rewrite_of


@pytest.fixture
def runs(tmp_path) -> BatchRuns:
    publish_page(tmp_path)
    publish_page(tmp_path, OTHER, id=42)
    return BatchRuns(tmp_path, Provider(tmp_path / "provider"))


def send(runs: BatchRuns, **changes) -> SentOutcome:
    request = RewriteRequest(PageSelection(rules=("cut-off",)), **changes)
    with runs.opened() as services:
        sent = send_rewrites(services, request, NoProgress())
        assert isinstance(sent, SentOutcome) and sent.error is None
        return sent


def test_pages_are_rewritten_by_batch_and_paid_once(runs: BatchRuns) -> None:
    sent = send(runs)
    assert (sent.report.requests, sent.rows) == (2, {"new": 2})
    assert send(runs).report.requests == 0
    with runs.opened() as services:
        done = collect_batches(services, CollectRequest(every_seconds=60.0), NoProgress())
        assert done.error is None and done.drafts.states == {"drafted": 2}
        assert [rewrite_of(services, key).state for key in (KEY, OTHER_KEY)] == ["drafted"] * 2
        assert publish_rewrite(services).published[0].path == f"{KEY}.md"
    assert runs.provider is not None and max(runs.provider.paid().values()) == 1


def collect(runs: BatchRuns) -> None:
    with runs.opened() as services:
        assert collect_batches(services, CollectRequest(every_seconds=60.0), NoProgress()).error is None


def test_a_redo_by_batch_ends_once_its_answers_are_collected_and_the_next_one_asks_again(
    runs: BatchRuns,
) -> None:
    send(runs)
    collect(runs)
    assert send(runs, redo=True).rows == {"redo": 2}
    assert send(runs, redo=True).rows == {"batched": 2}
    collect(runs)
    assert send(runs, redo=True).rows == {"drafted": 2}, "the same redo continues, and is complete"
    assert send(runs, redo=True).rows == {"redo": 2}


def test_a_redo_that_asks_live_does_not_end_while_pages_are_in_a_batch(runs: BatchRuns) -> None:
    send(runs)
    collect(runs)
    assert send(runs, redo=True).rows == {"redo": 2}
    request = RewriteRequest(PageSelection(rules=("cut-off",)), redo=True)
    with runs.opened() as services:
        assert rewrite_pages(services, request, NoProgress()).plan.counts == {"batched": 2}
    collect(runs)
    assert send(runs, redo=True).rows == {"drafted": 2}


def test_a_batch_of_rewrites_stays_below_its_limit(runs: BatchRuns) -> None:
    assert send(runs, limit=1).report.requests == 1
    assert send(runs).report.requests == 1

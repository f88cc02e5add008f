"""Where nearly all answers of an order failed alike, no follow-up batch asks for them again; else it is sent as ever."""

import json
from collections import Counter
from pathlib import Path

import pytest

from generator.content.display import dollars
from generator.errors import ModelUnavailable
from generator.fake_openai.canned import CANNED_CONTENT
from generator.workflows.batch import coordinator
from generator.workflows.batch.collect import collect_batches
from generator.workflows.batch.files import request_files
from generator.workflows.batch.requests import CollectedOutcome, CollectRequest, LiveRepairRequest
from generator.workflows.batch.sending.lists import send_proposals
from generator.workflows.engine.progress import NoProgress
from generator.workflows.seo.requests import ProposeRequest
from tests.support import seo_pages
from tests.support.batch_answers import LONG, completion
from tests.support.batch_runs import BatchRuns, Provider
from tests.support.changed_answers import Change, ChangedAnswers
from tests.support.services import rows

pytestmark = pytest.mark.slow

NULL = "null"


def questions(count: int, organ: str = "organ"):
    return rows(*(f"How does {organ} {number} of the frog work?" for number in range(count)))


def provided(tmp_path: Path, change: Change, live: str | None = None, **pace: object) -> BatchRuns:
    """A folder whose provider's answers are changed."""
    provider = Provider(tmp_path / "provider", **pace)
    provider.transport = ChangedAnswers(provider, change, live=live)  # type: ignore[assignment]
    return BatchRuns(tmp_path, provider)


def collect(
    runs: BatchRuns, *, canary: bool = True, wait: bool = False, **options: object
) -> CollectedOutcome:
    request = CollectRequest(canary=canary, every_seconds=60.0 if wait else None, **options)  # type: ignore[arg-type]
    with runs.opened() as services:
        return collect_batches(services, request, NoProgress())


def calls(runs: BatchRuns) -> Counter[str]:
    """The calls by purpose."""
    return Counter(purpose for (purpose,) in runs.select("SELECT purpose FROM call"))


def check_nothing_is_open(runs: BatchRuns) -> None:
    assert runs.select("SELECT count(*) FROM call WHERE outcome IS NULL") == [(0,)]
    assert runs.select("SELECT count(*) FROM job WHERE claimed_by IS NOT NULL") == [(0,)]
    assert runs.select("SELECT count(*) FROM batch WHERE state != 'collected'") == [(0,)]
    assert not list((runs.output / "batches").glob("*"))


def test_answers_that_all_cannot_be_read_are_not_asked_for_again(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda _job, _step: NULL)
    runs.send(questions(30))
    for _ in range(2):
        done = collect(runs, wait=True)
        assert isinstance(done.error, ModelUnavailable)
        assert "the answers to all 30 questions failed alike" in str(done.error)
        ((paid,),) = runs.select("SELECT sum(cost) FROM call")
        assert f"the reply cannot be read (needs_fix: unreadable); paid so far: {dollars(paid)};" in str(
            done.error
        )
        assert "a reply begins: null; try another model" in str(done.error)
        assert "--no-canary" in str(done.error)
        assert (done.report.sent, done.report.requests, done.report.left) == ([], 0, 30)
        assert calls(runs) == {"draft": 30}
        check_nothing_is_open(runs)


def test_without_the_canary_they_are_asked_for_again(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda _job, step: NULL if step == 0 else None)
    runs.send(questions(30))
    assert collect(runs).error is not None
    done = collect(runs, canary=False, wait=True)
    assert (done.error, done.drafts.states) == (None, {"drafted": 30})
    assert calls(runs) == {"draft": 30, "again": 30}


@pytest.mark.parametrize("good", [2, 4])
def test_nine_of_ten_are_nearly_all(good: int, tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda job, _step: None if job > 30 - good else NULL)
    runs.send(questions(30))
    done = collect(runs)
    assert (done.error is not None) == (good == 2)
    assert (done.drafts.states, len(done.report.sent)) == ({"drafted": good}, 0 if good == 2 else 1)
    if done.error is not None:
        assert "28 of 30 questions" in str(done.error)
        assert collect(runs).error is not None


@pytest.mark.parametrize("first_half", [True, False])
def test_half_of_them_are_asked_for_again(first_half: bool, tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda job, step: NULL if step == 0 and (job <= 15) == first_half else None)
    runs.send(questions(30))
    done = collect(runs, wait=True)
    assert (done.error, done.drafts.states) == (None, {"drafted": 30})
    assert calls(runs) == {"draft": 30, "again": 15}


@pytest.mark.parametrize("answer", [NULL, "no JSON", 500])
def test_a_fifth_that_never_succeeds_does_not_stop_the_rest(answer: str | int, tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda job, _step: answer if job % 5 == 0 else None)
    runs.send(questions(60))
    done = collect(runs, wait=True)
    assert done.error is None
    assert (done.drafts.states["drafted"], done.drafts.done) == (48, 60)


def test_few_answers_stop_nothing(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda _job, step: NULL if step == 0 else None)
    runs.send(questions(9))
    assert collect(runs, wait=True).drafts.states == {"drafted": 9}


def test_failed_requests_are_not_sent_again_where_all_failed_alike(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda _job, _step: 500)
    runs.send(questions(12))
    done = collect(runs, wait=True)
    assert "(failed: http-500)" in str(done.error)
    assert "the engine is dead" in str(done.error)
    assert calls(runs) == {"draft": 12}
    assert len(collect(runs, canary=False).report.sent) == 1


def test_requests_without_an_answer_are_sent_again(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda _job, _step: None, expire_after=1)
    runs.send(questions(14))
    done = collect(runs)
    assert (done.error, done.report.requests) == (None, 13)


def test_answers_that_are_cut_off_say_what_the_follow_up_would_change(tmp_path: Path) -> None:
    cut = completion(CANNED_CONTENT[:40])
    cut["choices"][0]["finish_reason"] = "length"
    runs = provided(tmp_path, lambda _job, _step: cut)
    runs.send(questions(12))
    error = str(collect(runs).error)
    assert "cut off" in error and "a larger one" in error
    assert (collect(runs, canary=False).error, calls(runs)["longer"]) == (None, 12)


def test_answers_of_several_orders_that_failed_alike_are_all_named(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda _job, _step: NULL)
    runs.send(questions(12))
    runs.send(questions(15, "bone"))
    done = collect(runs)
    assert "all 12 questions" in str(done.error)
    assert ["all 15 questions" in note for note in done.report.notes] == [True]


def test_imported_answers_count_with_those_that_are_collected(tmp_path: Path) -> None:
    """The good answers of an order may have made their drafts in an earlier command."""
    runs = provided(tmp_path, lambda job, step: NULL if step == 0 and job > 15 else None)
    runs.send(questions(30))
    with runs.opened() as services:
        collect_batches(services, CollectRequest(repair_live=LiveRepairRequest(max_cost=0.0)), NoProgress())
    done = collect(runs, wait=True)
    assert (done.error, done.drafts.states) == (None, {"drafted": 15})


def test_repairs_of_texts_are_sent(tmp_path: Path) -> None:
    draft = json.dumps(json.loads(CANNED_CONTENT) | {"page_description": LONG})
    runs = provided(tmp_path, lambda _job, step: draft if step == 0 else None)
    runs.send(questions(12))
    assert (collect(runs).error, calls(runs)["repair"]) == (None, 12)


def test_those_left_by_a_cap_are_judged_with_those_that_ended(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda job, step: NULL if step == 0 and job > 15 else None)
    runs.send(questions(30))
    assert collect(runs, max_cost=0.0).report.left == 15
    done = collect(runs, max_cost=100.0, wait=True)
    assert (done.error, done.drafts.states) == (None, {"drafted": 15})


def test_an_order_that_is_stopped_does_not_hold_up_another(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda job, step: NULL if job <= 12 or (job == 13 and step == 0) else None)
    runs.send(questions(12))
    runs.send(questions(12, "bone"))
    done = collect(runs)
    assert "all 12 questions" in str(done.error)
    assert (done.drafts.states, done.report.requests) == ({"drafted": 11}, 1)


def test_no_file_of_a_long_order_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = provided(tmp_path, lambda _job, _step: NULL)
    runs.send(questions(40))
    monkeypatch.setattr(request_files, "CHUNK", 12)
    monkeypatch.setattr(coordinator, "MOST_REQUESTS", 3)
    done = collect(runs)
    assert "failed alike" in str(done.error)
    assert (done.report.sent, done.report.requests, done.report.left) == ([], 0, 40)
    check_nothing_is_open(runs)


def test_search_fields_are_watched_too(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda _job, _step: NULL)
    for number in range(12):
        seo_pages.page(tmp_path, f"What does enzyme {number} of the liver cell do?", id=number + 1)
    with runs.opened() as services:
        send_proposals(services, ProposeRequest(), NoProgress())
    assert "all 12 articles" in str(collect(runs).error)


@pytest.mark.parametrize("canary", [True, False])
def test_a_live_repair_stops_too(canary: bool, tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda _job, _step: NULL, live=NULL)
    runs.send(questions(30))
    done = collect(runs, repair_live=LiveRepairRequest(concurrency=1, canary=canary), canary=canary)
    assert (done.error is not None) == canary
    assert done.drafts.states == {"needs_fix": 10 if canary else 30}


def test_one_cap_holds_for_all_kinds_of_jobs_of_a_live_repair(tmp_path: Path) -> None:
    runs = provided(tmp_path, lambda _job, _step: NULL, live=CANNED_CONTENT)
    runs.send(questions(4))
    for number in range(9):
        seo_pages.page(tmp_path, f"What does enzyme {number} of the liver cell do?", id=number + 1)
    with runs.opened() as services:
        send_proposals(services, ProposeRequest(), NoProgress())
    collect(runs, repair_live=LiveRepairRequest(concurrency=1, max_cost=0.1))
    costs = dict(
        runs.select(
            "SELECT job.kind, total(cost) FROM call JOIN job ON job.id = call.job"
            " WHERE call.run = (SELECT max(run) FROM call) GROUP BY job.kind"
        )
    )
    assert costs["answer"] > 0 and costs["seo"] > 0
    assert sum(costs.values()) <= 0.1 * 10**9, costs

"""Judging pages: recorded, paid once, resumed, capped; it sorts, and decides nothing."""

import json

import pytest

from generator.errors import BudgetExceeded, UsageError
from generator.services import Services
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.engine.progress import NoProgress
from generator.workflows.judge.judge import estimate_judging
from generator.workflows.judge.requests import JudgeRequest
from generator.workflows.publish.publisher import Publisher
from generator.workflows.review.decisions.decisions import DraftDecisions
from tests.support.drafts import QUESTIONS, WHO, draft_of, file_of, with_drafts
from tests.support.judging import judge, rated
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import Endpoint, completion, failure
from tests.support.services import scripted_services

KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"


def by_question(**scores: int) -> Endpoint:
    """A judge that gives a page this score where the question has the word, else 4."""

    def reply(body):
        user = body["messages"][-1]["content"]
        score = next((value for word, value in scores.items() if word in user.split("<draft>")[0]), 4)
        return completion(rated(score))

    return Endpoint(by=reply)


def with_judge(folder, endpoint=None, questions=QUESTIONS, **changes):
    with_drafts(folder, questions).close()
    return with_drafts(folder, (), endpoint=endpoint or by_question(), **changes)


def test_a_draft_gets_the_total_as_its_score_and_keeps_its_state(tmp_path):
    endpoint = by_question(digestion=2, mitochondria=3)
    services = with_judge(tmp_path, endpoint)
    outcome = judge(services)
    assert [page.score.total for page in outcome.pages] == [2.0, 3.0, 4.0]
    assert [draft_of(services, question).score for question in QUESTIONS] == [4.0, 2.0, 3.0]
    assert {row.state for row in services.drafts.all()} == {"drafted"}
    assert (outcome.report.judged, outcome.report.failed, outcome.needs_person) == (3, 0, False)
    assert outcome.spend.calls == 3
    assert endpoint.schema_names() == ["judgement"] * 3
    services.close()


def test_the_model_sees_the_texts_with_description_and_keywords_and_nothing_else(tmp_path):
    endpoint = by_question()
    services = with_judge(tmp_path, endpoint, QUESTIONS[:1])
    judge(services, KEY)
    user = endpoint.requests[0]["messages"][1]["content"]
    shown = json.loads(user.split("<draft>")[1].split("</draft>")[0])
    assert list(shown) == ["introduction", "points", "conclusion", "page_description", "page_keywords"]
    assert set(shown["points"][0]) == {"heading", "body"}
    services.close()


def test_nothing_is_paid_twice_and_another_model_judges_anew(tmp_path):
    endpoint = by_question()
    services = with_judge(tmp_path, endpoint)
    judge(services)
    again = judge(services)
    assert len(endpoint.requests) == 3 and again.report.judged == 0
    assert len([page for page in again.pages if page.score]) == 3
    judge(services, KEY, model="other-model")
    assert len(endpoint.requests) == 4
    assert endpoint.requests[3]["model"] == "other-model"
    assert set(endpoint.requests[3]) & {"temperature", "reasoning_effort"} == set()
    services.close()


def test_an_edit_voids_the_score_and_taking_it_back_costs_nothing(tmp_path):
    endpoint = by_question()
    services = with_judge(tmp_path, endpoint, QUESTIONS[:1])
    judge(services, KEY)
    file = file_of(services, draft_of(services))
    original = file.read_bytes()
    file.write_bytes(original.replace(b"Enzymes speed up", b"Enzymes greatly speed up", 1))
    assert judge(services, KEY, checks_only=True).pages[0].score is None
    assert draft_of(services).score == -1
    file.write_bytes(original)
    assert judge(services, KEY).pages[0].score.total == 4.0
    assert draft_of(services).score == 4.0
    assert len(endpoint.requests) == 1
    services.close()


def test_bytes_that_change_nothing_of_the_text_keep_their_judgement(tmp_path):
    endpoint = by_question()
    services = with_judge(tmp_path, endpoint, QUESTIONS[:1])
    judge(services, KEY)
    file = file_of(services, draft_of(services))
    file.write_bytes(file.read_bytes().replace(b"date: 2026-01-31", b"date: 2026-02-01"))
    assert judge(services, KEY).pages[0].score.total == 4.0
    assert (draft_of(services).score, len(endpoint.requests)) == (4.0, 1)
    services.close()


def test_an_edit_while_the_model_reads_gets_no_score(tmp_path):
    services = None

    def reply(body):
        file = file_of(services, draft_of(services))
        file.write_bytes(file.read_bytes().replace(b"Enzymes speed up", b"Enzymes greatly speed up", 1))
        EditImporter(services).sync(draft_of(services))
        return completion(rated(5))

    services = with_judge(tmp_path, Endpoint(by=reply), QUESTIONS[:1])
    judge(services, KEY)
    assert draft_of(services).score == -1
    assert services.scores.count() == 1
    services.close()


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    calls = []

    def reply(body):
        calls.append(body)
        return failure(401) if len(calls) == 2 else completion(rated())

    services = with_judge(tmp_path, Endpoint(by=reply))
    with pytest.raises(Exception, match="401|key"):
        judge(services, concurrency=1)
    assert judge(services).report.judged == 2
    assert len(calls) == 4
    services.close()


def test_a_cap_that_no_call_fits_under_ends_the_run_before_the_first(tmp_path):
    endpoint = by_question()
    services = with_judge(tmp_path, endpoint)
    with pytest.raises(BudgetExceeded):
        judge(services, max_cost=0.000001)
    assert endpoint.requests == []
    services.close()


def test_a_reply_that_cannot_be_read_scores_nothing(tmp_path):
    services = with_judge(tmp_path, Endpoint(by=lambda _: completion(rated() | {"clear": {}})), QUESTIONS[:1])
    outcome = judge(services, KEY)
    assert (outcome.report.failed, outcome.pages[0].score, draft_of(services).score) == (1, None, -1)
    assert outcome.needs_person and "not judged" in outcome.report.notes[0]
    services.close()


def test_the_plan_asks_nothing_and_knows_what_was_judged(tmp_path):
    endpoint = by_question()
    services = with_judge(tmp_path, endpoint)
    judge(services, KEY)
    plan = estimate_judging(services, JudgeRequest(states=("drafted",)), NoProgress())
    assert (plan.pages, plan.known, plan.estimate.calls, len(endpoint.requests)) == (3, 1, 2, 1)
    assert (
        estimate_judging(services, JudgeRequest(names=(KEY,), checks_only=True), NoProgress()).estimate
        is None
    )
    services.close()


def test_without_a_model_only_the_checks_are_computed(tmp_path):
    with_drafts(tmp_path, QUESTIONS).close()
    services = Services(scripted_services(tmp_path).settings, environment={})
    for options in ({}, {"checks_only": True}):
        outcome = judge(services, **options)
        assert outcome.endpoint is None and outcome.spend is None and not outcome.needs_person
        assert all(page.score is None and page.checks.total > 0 for page in outcome.pages)
    row = draft_of(services)
    assert row.checks > 50 and row.score == -1
    services.close()


def test_published_pages_are_judged_and_none_is_changed(tmp_path):
    services = with_judge(tmp_path, by_question(sold=1))
    publish_by_hand(tmp_path, article("What was sold?", id=7))
    page = tmp_path / "content" / "biology" / "what-was-sold.md"
    before = page.read_bytes()
    outcome = judge(services, published=(page,))
    (found,) = outcome.pages
    assert (found.name, found.published, found.score.total) == ("biology/what-was-sold.md", True, 1.0)
    assert page.read_bytes() == before
    services.close()


def test_scores_sort_the_queue_with_unscored_drafts_last(tmp_path):
    services = with_judge(tmp_path, by_question(digestion=2, chemical=5))
    judge(services, KEY)
    judge(services, "biology/what-is-the-role-of-enzymes-in-digestion")
    low = services.draft_queue.page(QueueFilter(), sort="score")
    assert [row.score for row in low] == [2.0, 5.0, -1.0]
    high = services.draft_queue.page(QueueFilter(), sort="score", descending=True)
    assert [row.score for row in high] == [5.0, 2.0, -1.0]
    neighbours = services.draft_queue.neighbours(QueueFilter(), low[1], sort="score")
    assert neighbours == (low[0].id, low[2].id)
    neighbours = services.draft_queue.neighbours(QueueFilter(), low[1], sort="score", descending=True)
    assert neighbours == (None, low[0].id)
    services.close()


@pytest.mark.parametrize("write_score", [False, True])
def test_a_published_file_gets_the_score_only_where_the_settings_say_so(tmp_path, write_score):
    services = with_judge(tmp_path, by_question(), QUESTIONS[:1], judge={"write_score": write_score})
    judge(services, KEY)
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    assert Publisher(services).publish([draft_of(services)], who=WHO).published
    text = (tmp_path / "content" / f"{KEY}.md").read_text(encoding="utf-8")
    assert ("score: 4.0" in text, "score: -1.0" in text) == (write_score, not write_score)
    services.close()


def test_something_must_be_named(tmp_path):
    services = with_judge(tmp_path)
    with pytest.raises(UsageError, match="name drafts"):
        judge(services, states=())
    services.close()


def test_the_settings_name_the_judge(tmp_path):
    services = with_judge(tmp_path, judge={"model": "m", "base_url": "http://elsewhere.example/v1"})
    endpoint = services.examiner_endpoint("judge", services.endpoint())
    assert (endpoint.model, endpoint.api_key) == ("m", None)
    services.close()

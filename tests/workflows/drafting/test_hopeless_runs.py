"""Runs that cannot succeed end early at low cost, and go on once the endpoint works; replies may exceed their cap."""

import json

import httpx2
import pytest

from generator.errors import BudgetExceeded, ModelUnavailable, StorageError
from generator.fake_openai.service import build
from generator.fake_openai.settings import ServerSettings
from generator.model.budget import nano_dollars
from generator.services import Services
from generator.store.ledger.drafts.drafts import Drafts
from generator.workflows.drafting.requests import Redo
from tests.support import seo_pages
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, completion, failure, spoilt
from tests.support.services import draft, rows, settings

pytestmark = pytest.mark.slow

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(30)))
PAGE = httpx2.Response(200, html="<!DOCTYPE html><h1>Welcome</h1>")


def spent(services):
    (cost,) = services.database.execute("SELECT total(cost) FROM call").fetchone()
    return cost


def states(services):
    return dict(services.database.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall())


@pytest.mark.parametrize("reason", ["length", "stop"])
@pytest.mark.parametrize("rest", ["", "\n" * 200])
def test_a_whole_reply_beyond_its_cap_is_taken(services_with, reason, rest):
    services, endpoint = services_with(
        completion(json.dumps(GOOD) + rest, finish_reason=reason, usage=(2000, 4100))
    )
    draft(services, QUESTIONS[:1])
    assert (services.drafts.counts(), len(endpoint.requests)) == ({"drafted": 1}, 1)
    assert spent(services) == 976 * 1000 + 102_400 + 4100 * 10_000


@pytest.mark.parametrize(
    "part",
    [{}, {"points": []}, {**GOOD, "points": []}, {**GOOD, "page_keywords": []}, {**GOOD, "conclusion": " "}],
)
def test_a_cut_off_reply_without_all_its_parts_is_asked_for_again_with_a_larger_cap(services_with, part):
    cut = completion(part, finish_reason="length", usage=(2000, 4000))
    services, endpoint = services_with(cut, completion(GOOD))
    draft(services, QUESTIONS[:1])
    assert [request["max_completion_tokens"] for request in endpoint.requests] == [4000, 8000]
    assert services.drafts.counts() == {"drafted": 1}


def test_what_a_cut_off_reply_holds_is_kept_where_the_longer_one_fails(services_with):
    cut = completion(spoilt(page_keywords=[]), finish_reason="length", usage=(2000, 4000))
    services, _ = services_with(cut, failure(400, message="too many tokens asked"))
    draft(services, QUESTIONS[:1])
    (row,) = services.drafts.all()
    assert row.state == "needs_fix"
    assert b"Active Site Binding" in services.drafts.data(row)


def test_a_cap_on_cost_is_passed_by_no_more_than_the_first_reply_that_nobody_could_foresee(services_with):
    long = completion(GOOD, usage=(3000, 9000))
    services, endpoint = services_with(by=lambda _: long)
    with pytest.raises(BudgetExceeded):
        draft(services, QUESTIONS, max_cost=0.40, concurrency=32)
    assert spent(services) <= nano_dollars(0.40)
    drafted = services.drafts.counts()["drafted"]
    assert drafted == len(endpoint.requests) >= 3
    services, endpoint = services_with(by=lambda _: long)
    with pytest.raises(BudgetExceeded):
        draft(services, QUESTIONS, max_cost=0.09, concurrency=32)
    assert endpoint.requests == []


def test_a_count_that_no_reply_can_hold_stops_no_later_run(services_with):
    services, _ = services_with(completion(GOOD, usage=(3000, 10**8)))
    draft(services, QUESTIONS[:1])
    assert spent(services) > nano_dollars(1000)
    services, endpoint = services_with(by=lambda _: completion(GOOD))
    draft(services, QUESTIONS[:5], max_cost=1)
    assert (len(endpoint.requests), services.drafts.counts()) == (4, {"drafted": 5})


def test_one_very_long_reply_is_forgotten_once_the_older_name_of_the_cap_works(services_with):
    long = completion(json.dumps(GOOD) + " " * 200_000, usage=(3000, 200_000))
    services, _ = services_with(by=lambda body: completion(GOOD) if "max_tokens" in body else long)
    draft(services, QUESTIONS[:3], concurrency=1)
    services, endpoint = services_with(by=lambda _: completion(GOOD))
    draft(services, QUESTIONS[:6], max_cost=0.3)
    assert (len(endpoint.requests), services.drafts.counts()) == (3, {"drafted": 6})
    (reserved,) = services.database.execute("SELECT max(reserved) FROM call WHERE run = 2").fetchone()
    assert reserved < 6000 * 10_000


def test_a_budget_that_a_long_reply_used_up_says_so(services_with):
    services, _ = services_with(completion(json.dumps(GOOD) + " " * 200_000, usage=(3000, 200_000)))
    draft(services, QUESTIONS[:1])
    services, endpoint = services_with(by=lambda _: completion(GOOD))
    with pytest.raises(BudgetExceeded, match="a reply of this endpoint had 200,000 tokens"):
        draft(services, QUESTIONS[:2], max_cost=1.5)
    assert endpoint.requests == []
    draft(services, QUESTIONS[:2], max_cost=2.5)
    draft(services, QUESTIONS[:3], max_cost=0.1)
    assert services.drafts.counts() == {"drafted": 3}


def test_what_is_learned_of_an_endpoint_is_in_the_ledger_before_the_run_ends(services_with):
    known = []

    def answer(_):
        known.append(services.ledger.endpoints.get("https://api.openai.com/v1", "test-model"))
        return completion(json.dumps(GOOD) + " " * 9000, usage=(3000, 9000))

    services, _ = services_with(by=answer)
    draft(services, QUESTIONS[:2], concurrency=1)
    assert known[0] is None
    assert "9000" in known[1]


def test_a_server_that_failed_in_every_mode_is_asked_in_the_first_one_again_once_it_works(services_with):
    services, endpoint = services_with(by=lambda _: completion("null"))
    with pytest.raises(ModelUnavailable):
        draft(services, QUESTIONS, concurrency=1)
    assert "response_format" not in endpoint.requests[-1]
    services, endpoint = services_with(by=lambda _: completion(GOOD))
    draft(services, QUESTIONS, near="allow")
    assert set(endpoint.schema_names()) == {"article_draft"}


@pytest.mark.parametrize(
    ("text", "state", "calls"),
    [
        (json.dumps(GOOD), "drafted", 1),
        (json.dumps(GOOD)[:-300], "refused", 1),
        (json.dumps({**GOOD, "conclusion": ""}), "refused", 1),
        ("", "refused", 1),
    ],
)
def test_a_reply_that_a_filter_is_said_to_have_ended_is_taken_where_it_is_whole(
    services_with, text, state, calls
):
    services, endpoint = services_with(completion(text, finish_reason="content_filter"))
    draft(services, QUESTIONS[:1])
    assert (services.drafts.counts(), len(endpoint.requests)) == ({state: 1}, calls)


def test_an_honest_endpoint_is_reserved_at_its_cap(services_with):
    services, _ = services_with(by=lambda _: completion(GOOD))
    draft(services, QUESTIONS[:3])
    reserved = [row[0] for row in services.database.execute("SELECT reserved FROM call")]
    assert all(4000 * 10_000 < amount < 6000 * 10_000 for amount in reserved)


@pytest.mark.parametrize("concurrency", [1, 32])
@pytest.mark.parametrize(
    ("answer", "words", "calls", "state"),
    [
        (completion("null"), "has no JSON object", 20, "needs_fix"),
        (completion(json.dumps(GOOD)[:300], finish_reason="length"), "ends in the middle", 20, "needs_fix"),
        (failure(400, message="Invalid value"), "http-400: Invalid value", 10, "failed"),
        (failure(500, message="Oops"), "http-500: Oops", 30, "failed"),
        (completion("", finish_reason="content_filter"), "content filter", 10, "refused"),
        (completion("", refusal="I can't."), "the model refused: I can't.", 10, "refused"),
    ],
)
def test_a_run_whose_first_questions_all_fail_alike_ends_with_that_failure_and_goes_on_when_it_is_put_right(
    services_with, answer, words, calls, state, concurrency
):
    services, endpoint = services_with(by=lambda _: answer)
    with pytest.raises(
        ModelUnavailable, match="the first 10 questions all ended with the same failure"
    ) as ended:
        draft(services, QUESTIONS, concurrency=concurrency)
    assert words in str(ended.value)
    assert ("--redo-state " + state in str(ended.value)) == (state != "failed")
    assert (len(endpoint.requests), states(services)) == (calls, {state: 10, "planned": 20})
    services, endpoint = services_with(by=lambda _: completion(GOOD))
    draft(services, QUESTIONS, redo=None if state == "failed" else Redo(frozenset({state})), near="allow")
    assert (len(endpoint.requests), services.drafts.counts()) == (30, {"drafted": 30})


@pytest.mark.parametrize(
    "answers",
    [
        lambda number: failure(400) if number % 5 else completion(GOOD),
        lambda number: completion(spoilt(cannot_answer="No.")) if number % 5 else completion(GOOD),
        lambda number: failure(400 + 22 * (number % 2)),
        lambda number: completion("null") if number % 12 > 5 else completion(spoilt(page_keywords=[])),
    ],
)
def test_a_run_goes_on_where_its_first_questions_end_in_more_than_one_way(services_with, answers):
    seen = []

    def answer(_):
        seen.append(None)
        return answers(len(seen) - 1)

    services, _ = services_with(by=answer)
    draft(services, QUESTIONS, concurrency=1)
    assert "planned" not in states(services)


def test_drafts_that_all_fail_the_same_check_end_the_run_unless_the_user_overrides_it(services_with):
    services, endpoint = services_with(by=lambda _: completion(spoilt(page_description="Short.")))
    with pytest.raises(ModelUnavailable, match="needs_fix: description-too-short.*--no-canary goes on"):
        draft(services, QUESTIONS)
    assert (services.drafts.counts(), len(endpoint.requests)) == ({"needs_fix": 10}, 30)
    draft(services, QUESTIONS, canary=False)
    assert (services.drafts.counts(), len(endpoint.requests)) == ({"needs_fix": 30}, 90)


def test_drafts_that_fail_different_checks_end_no_run(services_with):
    faults = [{"page_description": "Short."}, {"page_keywords": []}, {"conclusion": ""}]
    seen = []

    def answer(_):
        seen.append(None)
        return completion(spoilt(**faults[len(seen) // 3 % 3]))

    services, _ = services_with(by=answer)
    draft(services, QUESTIONS, concurrency=1)
    assert states(services)["needs_fix"] >= 20


def test_an_offline_model_that_declines_ends_no_run(services_with, tmp_path):
    publish_by_hand(tmp_path, article("Why do cells need mitochondria?"))
    services, _ = services_with()
    draft(services, QUESTIONS, offline=True)
    assert states(services) == {"refused": 30}


def test_an_offline_model_that_is_served_under_another_name_declines_and_ends_no_run(tmp_path):
    publish_by_hand(tmp_path, article("Why do cells need mitochondria?"))
    services = Services(
        settings(tmp_path, context={"articles": "passages"}),
        environment={"OPENAI_API_KEY": "test-key"},
        transport=httpx2.ASGITransport(build(ServerSettings())),
    )
    draft(services, QUESTIONS)
    assert states(services) == {"refused": 30}
    services.close()


def test_a_real_model_that_declines_all_in_the_same_words_ends_the_run(services_with):
    services, _ = services_with(by=lambda _: completion(spoilt(cannot_answer="I only speak of cars.")))
    with pytest.raises(ModelUnavailable, match="I only speak of cars"):
        draft(services, QUESTIONS)
    assert states(services) == {"refused": 10, "planned": 20}


def test_a_model_that_declines_all_in_other_words_each_time_ends_the_run(services_with):
    seen = []

    def answer(_):
        seen.append(None)
        return completion(spoilt(cannot_answer=f"Figure {len(seen)} is not given."))

    services, _ = services_with(by=answer)
    with pytest.raises(ModelUnavailable, match=r"\(refused\)"):
        draft(services, QUESTIONS)
    assert states(services) == {"refused": 10, "planned": 20}


def test_a_paid_reply_that_is_taken_from_the_ledger_is_not_among_the_first(services_with, monkeypatch):
    def full(*_, **__):
        raise StorageError("ledger", "the disk is full")

    services, _ = services_with(by=lambda _: completion("", refusal="I can't."))
    with monkeypatch.context() as patch, pytest.raises(StorageError):
        patch.setattr(Drafts, "replace", full)
        draft(services, QUESTIONS, concurrency=1)
    services, endpoint = services_with(by=lambda _: completion("", refusal="I can't."))
    with pytest.raises(ModelUnavailable):
        draft(services, QUESTIONS)
    assert (len(endpoint.requests), states(services)) == (10, {"refused": 11, "planned": 19})


@pytest.mark.parametrize(
    "answer",
    [
        PAGE,
        failure(429, message="Rate limit exceeded: free-models-per-day. Add 10 credits to unlock more"),
        failure(400, message="Your credit balance is too low to access the API."),
        httpx2.Response(429, text="Too many requests", headers={"retry-after": "86400"}),
    ],
)
def test_what_every_call_would_meet_ends_the_run_with_its_first_call(services_with, answer):
    services, endpoint = services_with(by=lambda _: answer)
    with pytest.raises(ModelUnavailable):
        draft(services, QUESTIONS, concurrency=32, max_cost=5)
    assert (len(endpoint.requests), spent(services), states(services)) == (1, 0, {"planned": 30})


def test_one_web_page_among_completions_is_asked_again_and_costs_nothing(services_with):
    answers = [completion(GOOD), PAGE, PAGE]
    services, _ = services_with(by=lambda _: answers.pop(0) if answers else completion(GOOD))
    draft(services, QUESTIONS[:10], concurrency=1)
    assert services.drafts.counts() == {"drafted": 10}
    free = services.database.execute("SELECT total(cost) FROM call WHERE outcome = 'bad-reply'").fetchone()
    assert free[0] == 0


def test_whole_search_fields_beyond_their_cap_are_taken(services_with, tmp_path):
    services, endpoint = services_with(
        completion(seo_pages.reply(), finish_reason="length", usage=(2000, 1500))
    )
    seo_pages.page(tmp_path)
    seo_pages.propose(services)
    assert [row.state for row in services.proposals.rows()] == ["proposed"]
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(("end", "state"), [(None, "proposed"), (-40, "skipped")])
def test_search_fields_that_a_filter_is_said_to_have_ended_are_taken_where_they_are_whole(
    services_with, tmp_path, end, state
):
    text = seo_pages.reply()
    services, endpoint = services_with(completion(text[:end], finish_reason="content_filter"))
    seo_pages.page(tmp_path)
    seo_pages.propose(services)
    assert {row.state for row in services.proposals.rows()} == {state}
    assert len(endpoint.requests) == 1

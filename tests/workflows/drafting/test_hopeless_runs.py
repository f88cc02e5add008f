"""Runs that cannot succeed end early, cost little, and go on once the endpoint works; replies beyond their cap count."""

import json

import httpx2
import pytest

from generator.errors import BudgetExceeded, ModelUnavailable, StorageError
from generator.fake_openai.service import build
from generator.fake_openai.settings import ServerSettings
from generator.model.budget import nano
from generator.services import Services
from generator.store.ledger.drafts import Drafts
from generator.workflows.drafting.requests import Redo
from tests.support import seo_pages
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, Endpoint, completion, failure, spoilt
from tests.support.services import draft, rows, scripted_services, settings

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(100)))
PAGE = httpx2.Response(200, html="<!DOCTYPE html><h1>Welcome</h1>")


@pytest.fixture
def shop_with(tmp_path):
    opened = []

    def open_shop(*script, by=None, **changes):
        endpoint = Endpoint(*script, by=by)
        shop = scripted_services(tmp_path, endpoint, **changes)
        opened.append(shop)
        return shop, endpoint

    yield open_shop
    for shop in opened:
        shop.close()


def spent(shop):
    (cost,) = shop.database.execute("SELECT total(cost) FROM call").fetchone()
    return cost


def states(shop):
    return dict(shop.database.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall())


@pytest.mark.parametrize("reason", ["length", "stop"])
@pytest.mark.parametrize("rest", ["", "\n" * 200])
def test_a_whole_reply_beyond_its_cap_is_taken(shop_with, reason, rest):
    shop, endpoint = shop_with(completion(json.dumps(GOOD) + rest, finish_reason=reason, usage=(2000, 4100)))
    draft(shop, QUESTIONS[:1])
    assert (shop.drafts.counts(), len(endpoint.requests)) == ({"drafted": 1}, 1)
    assert spent(shop) == 976 * 1000 + 102_400 + 4100 * 10_000


@pytest.mark.parametrize(
    "part",
    [{}, {"points": []}, {**GOOD, "points": []}, {**GOOD, "page_keywords": []}, {**GOOD, "conclusion": " "}],
)
def test_a_cut_off_reply_without_all_its_parts_is_asked_for_again_with_a_larger_cap(shop_with, part):
    cut = completion(part, finish_reason="length", usage=(2000, 4000))
    shop, endpoint = shop_with(cut, completion(GOOD))
    draft(shop, QUESTIONS[:1])
    assert [request["max_completion_tokens"] for request in endpoint.requests] == [4000, 8000]
    assert shop.drafts.counts() == {"drafted": 1}


def test_what_a_cut_off_reply_holds_is_kept_where_the_longer_one_fails(shop_with):
    cut = completion(spoilt(page_keywords=[]), finish_reason="length", usage=(2000, 4000))
    shop, _ = shop_with(cut, failure(400, message="too many tokens asked"))
    draft(shop, QUESTIONS[:1])
    (row,) = shop.drafts.all()
    assert row.state == "needs_fix"
    assert b"Active Site Binding" in shop.drafts.data(row)


def test_a_cap_on_cost_is_passed_by_no_more_than_the_first_reply_that_nobody_could_foresee(shop_with):
    long = completion(GOOD, usage=(3000, 9000))
    shop, endpoint = shop_with(by=lambda _: long)
    with pytest.raises(BudgetExceeded):
        draft(shop, QUESTIONS, max_cost=0.40, concurrency=32)
    assert spent(shop) <= nano(0.40)
    drafted = shop.drafts.counts()["drafted"]
    assert drafted == len(endpoint.requests) >= 3
    shop, endpoint = shop_with(by=lambda _: long)
    with pytest.raises(BudgetExceeded):
        draft(shop, QUESTIONS, max_cost=0.09, concurrency=32)
    assert endpoint.requests == []


def test_a_count_that_no_reply_can_hold_stops_no_later_run(shop_with):
    shop, _ = shop_with(completion(GOOD, usage=(3000, 10**8)))
    draft(shop, QUESTIONS[:1])
    assert spent(shop) > nano(1000)
    shop, endpoint = shop_with(by=lambda _: completion(GOOD))
    draft(shop, QUESTIONS[:5], max_cost=1)
    assert (len(endpoint.requests), shop.drafts.counts()) == (4, {"drafted": 5})


def test_one_very_long_reply_is_forgotten_once_the_older_name_of_the_cap_works(shop_with):
    long = completion(json.dumps(GOOD) + " " * 200_000, usage=(3000, 200_000))
    shop, _ = shop_with(by=lambda body: completion(GOOD) if "max_tokens" in body else long)
    draft(shop, QUESTIONS[:3], concurrency=1)
    shop, endpoint = shop_with(by=lambda _: completion(GOOD))
    draft(shop, QUESTIONS[:6], max_cost=0.3)
    assert (len(endpoint.requests), shop.drafts.counts()) == (3, {"drafted": 6})
    (reserved,) = shop.database.execute("SELECT max(reserved) FROM call WHERE run = 2").fetchone()
    assert reserved < 5500 * 10_000


def test_a_budget_that_a_long_reply_used_up_says_so(shop_with):
    shop, _ = shop_with(completion(json.dumps(GOOD) + " " * 200_000, usage=(3000, 200_000)))
    draft(shop, QUESTIONS[:1])
    shop, endpoint = shop_with(by=lambda _: completion(GOOD))
    with pytest.raises(BudgetExceeded, match="a reply of this endpoint had 200,000 tokens"):
        draft(shop, QUESTIONS[:2], max_cost=1.5)
    assert endpoint.requests == []
    draft(shop, QUESTIONS[:2], max_cost=2.5)
    draft(shop, QUESTIONS[:3], max_cost=0.1)
    assert shop.drafts.counts() == {"drafted": 3}


def test_what_is_learned_of_an_endpoint_is_in_the_ledger_before_the_run_ends(shop_with):
    known = []

    def answer(_):
        known.append(shop.ledger.endpoints.get("https://api.openai.com/v1", "test-model"))
        return completion(json.dumps(GOOD) + " " * 9000, usage=(3000, 9000))

    shop, _ = shop_with(by=answer)
    draft(shop, QUESTIONS[:2], concurrency=1)
    assert known[0] is None
    assert "9000" in known[1]


def test_a_server_that_failed_in_every_mode_is_asked_in_the_first_one_again_once_it_works(shop_with):
    shop, endpoint = shop_with(by=lambda _: completion("null"))
    with pytest.raises(ModelUnavailable):
        draft(shop, QUESTIONS, concurrency=1)
    assert "response_format" not in endpoint.requests[-1]
    shop, endpoint = shop_with(by=lambda _: completion(GOOD))
    draft(shop, QUESTIONS, near="allow")
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
    shop_with, text, state, calls
):
    shop, endpoint = shop_with(completion(text, finish_reason="content_filter"))
    draft(shop, QUESTIONS[:1])
    assert (shop.drafts.counts(), len(endpoint.requests)) == ({state: 1}, calls)


def test_an_honest_endpoint_is_reserved_at_its_cap(shop_with):
    shop, _ = shop_with(by=lambda _: completion(GOOD))
    draft(shop, QUESTIONS[:3])
    reserved = [row[0] for row in shop.database.execute("SELECT reserved FROM call")]
    assert all(4000 * 10_000 < amount < 5500 * 10_000 for amount in reserved)


@pytest.mark.parametrize("concurrency", [1, 32])
@pytest.mark.parametrize(
    ("answer", "words", "calls", "state"),
    [
        (completion("null"), "holds no JSON object", 60, "needs_fix"),
        (completion(json.dumps(GOOD)[:300], finish_reason="length"), "ends in the middle", 40, "needs_fix"),
        (failure(400, message="Invalid value"), "http-400: Invalid value", 20, "failed"),
        (failure(500, message="Oops"), "http-500: Oops", 60, "failed"),
        (httpx2.Response(200, json={"id": "x"}), "holds no message", 60, "failed"),
        (completion("", finish_reason="content_filter"), "content filter", 20, "refused"),
        (completion("", refusal="I can't."), "the model refused: I can't.", 20, "refused"),
    ],
)
def test_a_run_whose_first_questions_all_fail_alike_ends_with_that_failure_and_goes_on_when_it_is_put_right(
    shop_with, answer, words, calls, state, concurrency
):
    shop, endpoint = shop_with(by=lambda _: answer)
    with pytest.raises(
        ModelUnavailable, match="the first 20 questions all ended with the same failure"
    ) as ended:
        draft(shop, QUESTIONS, concurrency=concurrency)
    assert words in str(ended.value)
    assert ("--redo-state " + state in str(ended.value)) == (state != "failed")
    assert (len(endpoint.requests), states(shop)) == (calls, {state: 20, "planned": 80})
    shop, endpoint = shop_with(by=lambda _: completion(GOOD))
    draft(shop, QUESTIONS, redo=None if state == "failed" else Redo(frozenset({state})), near="allow")
    assert (len(endpoint.requests), shop.drafts.counts()) == (100, {"drafted": 100})


@pytest.mark.parametrize(
    "answers",
    [
        lambda number: completion(GOOD) if number == 19 else failure(400),
        lambda number: completion(spoilt(cannot_answer=f"Figure {number} is not given.")),
        lambda number: failure(400 + 13 * (number % 2)),
        lambda number: completion("null") if number % 60 else completion(spoilt(page_keywords=[])),
    ],
)
def test_a_run_goes_on_where_its_first_questions_end_in_more_than_one_way(shop_with, answers):
    seen = []

    def answer(_):
        seen.append(None)
        return answers(len(seen) - 1)

    shop, _ = shop_with(by=answer)
    draft(shop, QUESTIONS, concurrency=1)
    assert "planned" not in states(shop)


def test_drafts_that_fail_their_checks_alike_end_no_run(shop_with):
    shop, endpoint = shop_with(by=lambda _: completion(spoilt(page_description="Short.")))
    draft(shop, QUESTIONS[:30])
    assert (shop.drafts.counts(), len(endpoint.requests)) == ({"needs_fix": 30}, 90)


def test_an_offline_model_that_declines_ends_no_run(shop_with, tmp_path):
    publish_by_hand(tmp_path, article("Why do cells need mitochondria?"))
    shop, _ = shop_with()
    draft(shop, QUESTIONS, offline=True)
    assert states(shop) == {"refused": 100}


def test_an_offline_model_that_is_served_under_another_name_declines_and_ends_no_run(tmp_path):
    shop = Services(
        settings(tmp_path),
        environment={"OPENAI_API_KEY": "test-key"},
        transport=httpx2.ASGITransport(build(ServerSettings())),
    )
    draft(shop, QUESTIONS)
    assert states(shop) == {"refused": 100}
    shop.close()


def test_a_real_model_that_declines_all_in_the_same_words_ends_the_run(shop_with):
    shop, _ = shop_with(by=lambda _: completion(spoilt(cannot_answer="I only speak of cars.")))
    with pytest.raises(ModelUnavailable, match="I only speak of cars"):
        draft(shop, QUESTIONS)
    assert states(shop) == {"refused": 20, "planned": 80}


def test_a_paid_reply_that_is_taken_from_the_ledger_is_not_among_the_first(shop_with, monkeypatch):
    def full(*_, **__):
        raise StorageError("ledger", "the disk is full")

    shop, _ = shop_with(by=lambda _: completion("", refusal="I can't."))
    with monkeypatch.context() as patch, pytest.raises(StorageError):
        patch.setattr(Drafts, "replace", full)
        draft(shop, QUESTIONS, concurrency=1)
    shop, endpoint = shop_with(by=lambda _: completion("", refusal="I can't."))
    with pytest.raises(ModelUnavailable):
        draft(shop, QUESTIONS)
    assert (len(endpoint.requests), states(shop)) == (20, {"refused": 21, "planned": 79})


@pytest.mark.parametrize(
    "answer",
    [
        PAGE,
        failure(429, message="Rate limit exceeded: free-models-per-day. Add 10 credits to unlock more"),
        failure(400, message="Your credit balance is too low to access the API."),
        httpx2.Response(429, text="Too many requests", headers={"retry-after": "86400"}),
    ],
)
def test_what_every_call_would_meet_ends_the_run_with_its_first_call(shop_with, answer):
    shop, endpoint = shop_with(by=lambda _: answer)
    with pytest.raises(ModelUnavailable):
        draft(shop, QUESTIONS, concurrency=32, max_cost=5)
    assert (len(endpoint.requests), spent(shop), states(shop)) == (1, 0, {"planned": 100})


def test_one_web_page_among_completions_is_asked_again_and_costs_nothing(shop_with):
    answers = [completion(GOOD), PAGE, PAGE]
    shop, _ = shop_with(by=lambda _: answers.pop(0) if answers else completion(GOOD))
    draft(shop, QUESTIONS[:10], concurrency=1)
    assert shop.drafts.counts() == {"drafted": 10}
    free = shop.database.execute("SELECT total(cost) FROM call WHERE outcome = 'bad-reply'").fetchone()
    assert free[0] == 0


def test_whole_search_fields_beyond_their_cap_are_taken(shop_with, tmp_path):
    shop, endpoint = shop_with(completion(seo_pages.reply(), finish_reason="length", usage=(2000, 1500)))
    seo_pages.page(tmp_path)
    seo_pages.propose(shop)
    assert [row.state for row in shop.proposals.rows()] == ["proposed"]
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(("end", "state"), [(None, "proposed"), (-40, "skipped")])
def test_search_fields_that_a_filter_is_said_to_have_ended_are_taken_where_they_are_whole(
    shop_with, tmp_path, end, state
):
    text = seo_pages.reply()
    shop, endpoint = shop_with(completion(text[:end], finish_reason="content_filter"))
    seo_pages.page(tmp_path)
    seo_pages.propose(shop)
    assert {row.state for row in shop.proposals.rows()} == {state}
    assert len(endpoint.requests) == 1

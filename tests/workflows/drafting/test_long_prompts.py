"""A prompt that is too long is cured by the settings: unfinished questions are asked with messages of today."""

import pytest

from generator.errors import ModelUnavailable
from generator.workflows.drafting.requests import Redo
from tests.support import seo_pages
from tests.support.drafts import QUOTED
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, completion, failure
from tests.support.services import draft, rows

QUESTION = "Why do cells need mitochondria to live?"
LIST = rows(QUESTION, *(f"What does mitochondria part {number} do in cells?" for number in range(14)))
TOO_LONG = failure(400, code="context_length_exceeded", message="the prompt is too long")
FEW = {"context": {**QUOTED, "passages_chars": 0}}


@pytest.fixture
def services_with(services_with):
    """Services whose prompts quote published articles unless their settings say otherwise; near questions are not asked."""
    usual = {"context": QUOTED, "duplicates": {"ask_from": None}}
    return lambda *script, **changes: services_with(*script, **{**usual, **changes})


@pytest.fixture(autouse=True)
def site(tmp_path):
    publish_by_hand(tmp_path, article("Why do cells need mitochondria?"))


def prompts(endpoint):
    return [request["messages"][1]["content"] for request in endpoint.requests]


def states(services):
    return dict(services.database.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall())


@pytest.mark.parametrize(
    "redo",
    [None, Redo(), Redo(older_prompt=True), Redo(frozenset({"failed"}))],
    ids=["resume", "redo", "prompt", "state"],
)
def test_a_question_that_was_too_long_is_asked_with_shorter_messages(services_with, redo):
    services, endpoint = services_with(by=lambda _: TOO_LONG)
    draft(services, LIST[:1])
    (long,) = prompts(endpoint)
    services, endpoint = services_with(by=lambda _: completion(GOOD), **FEW)
    with services.database.transaction():
        services.database.execute("UPDATE job SET prompt_hash = 'older'")
    _, report = draft(services, LIST[:1], redo=redo)
    (short,) = prompts(endpoint)
    assert report.states == {"drafted": 1}
    assert len(short) < len(long)
    assert states(services) == {"failed": 1, "done": 1}
    assert len({row.article_id for row in map(services.ledger.jobs.get, (1, 2))}) == 1


def test_the_questions_that_were_not_asked_after_a_stop_for_length_are_cured_too(services_with, tmp_path):
    services, endpoint = services_with(by=lambda _: TOO_LONG)
    with pytest.raises(ModelUnavailable, match=r"lower context.passages_chars"):
        draft(services, LIST, near="allow")
    assert (len(endpoint.requests), states(services)) == (10, {"failed": 10, "planned": 5})
    shortest = min(map(len, prompts(endpoint)))
    services, endpoint = services_with(
        by=lambda body: TOO_LONG if len(body["messages"][1]["content"]) >= shortest else completion(GOOD),
        **FEW,
    )
    draft(services, LIST, near="allow")
    assert services.drafts.counts() == {"drafted": 15}
    assert len(endpoint.requests) == 15
    assert "planned" not in states(services)


def test_messages_stay_frozen_where_their_length_was_not_the_cause(services_with):
    services, endpoint = services_with(by=lambda _: failure(400))
    draft(services, LIST[:1])
    sent = prompts(endpoint)
    services, endpoint = services_with(by=lambda _: completion(GOOD), **FEW)
    draft(services, LIST[:1])
    assert prompts(endpoint) == sent


def test_messages_that_would_be_the_same_are_sent_again_as_the_same_job(services_with):
    services, endpoint = services_with(by=lambda _: TOO_LONG)
    for _ in range(3):
        draft(services, LIST[:1])
    assert (len(endpoint.requests), states(services)) == (3, {"failed": 1})


def test_a_larger_window_gets_the_frozen_messages(services_with):
    services, endpoint = services_with(by=lambda _: TOO_LONG)
    draft(services, LIST[:1])
    sent = prompts(endpoint)
    services, endpoint = services_with(by=lambda _: completion(GOOD))
    draft(services, LIST[:1])
    assert prompts(endpoint) == sent


def test_a_paid_reply_is_used_whatever_the_settings_are_now(services_with):
    services, endpoint = services_with(by=lambda _: TOO_LONG)
    draft(services, LIST[1:2])
    long = prompts(endpoint)[0]
    cut = completion(GOOD | {"points": []}, finish_reason="length")
    services, endpoint = services_with(cut, *[failure(500)] * 3)
    draft(services, LIST[:1])
    assert len(prompts(endpoint)[0]) >= len(long) - 20
    services, endpoint = services_with(by=lambda _: completion(GOOD), **FEW)
    draft(services, LIST[:1])
    assert [request["max_completion_tokens"] for request in endpoint.requests] == [8000]


def test_a_redo_asks_what_was_planned_and_not_begun_with_the_settings_of_now(services_with):
    services, _ = services_with(by=lambda _: failure(401))
    with pytest.raises(ModelUnavailable):
        draft(services, LIST[:2], near="allow")
    assert states(services) == {"planned": 2}
    services, endpoint = services_with(by=lambda _: completion(GOOD), **FEW)
    draft(services, LIST[:2], near="allow", redo=Redo())
    assert "<passage" not in "".join(prompts(endpoint))
    assert states(services) == {"failed": 2, "done": 2}
    services, endpoint = services_with(by=lambda _: completion(GOOD), **FEW)
    draft(services, LIST[:2], near="allow")
    assert endpoint.requests == []


def test_search_fields_that_failed_are_asked_anew_by_a_redo(services_with, tmp_path):
    seo_pages.page(tmp_path)
    services, _ = services_with(by=lambda _: failure(400))
    seo_pages.propose(services)
    services, endpoint = services_with(by=lambda _: completion(seo_pages.reply()))
    seo_pages.propose(services, redo=True)
    assert len(endpoint.requests) == 1
    generations = services.database.execute("SELECT generation FROM job ORDER BY id").fetchall()
    assert [row[0] for row in generations] == [0, 1]

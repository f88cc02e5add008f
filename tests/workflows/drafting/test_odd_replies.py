"""What the model wrote is read wherever and however it arrives, at the first call where one reply can hold it."""

import json

import pytest

from generator.fake_openai.odd_answers.replies import REPLIES
from generator.workflows.ledger.history import draft_histories
from generator.workflows.ledger.status import ledger_status
from tests.support.odd_servers import draft_against
from tests.support.replies import GOOD, QUESTION, completion, spoilt
from tests.support.services import draft, rows

pytestmark = pytest.mark.slow

IN_VAIN = {
    "null": (2, "needs_fix", "has no JSON object, only null"),
    "empty-content": (2, "needs_fix", "the reply is empty"),
    "prose": (2, "needs_fix", "only prose"),
    "empty-object": (2, "needs_fix", "an empty JSON object"),
    "other-object": (2, "needs_fix", "another JSON object, with 'status', 'items'"),
    "schema-echoed": (2, "needs_fix", "the JSON schema itself"),
    "list-of-texts": (2, "needs_fix", "a JSON list"),
    "thinking-only": (2, "needs_fix", "thinking without an answer"),
    "repetition": (2, "needs_fix", "repeats the same characters"),
    "endless-white-space": (2, "needs_fix", "repeats the same characters"),
    "cut-at-max-tokens": (2, "needs_fix", "ends in the middle"),
    "cut-at-unknown-reason": (2, "needs_fix", "finish reason 'surprise'"),
    "cut-by-network-error": (3, "failed", "stopped with an error while answering (network_error)"),
    "cut-by-system-resource": (3, "failed", "(insufficient_system_resource)"),
    "withheld-as-sensitive": (1, "refused", "content filter withheld the reply (sensitive)"),
    "withheld-for-safety": (1, "refused", "(SAFETY)"),
    "withheld-for-recitation": (1, "refused", "(RECITATION)"),
    "withheld-by-guardrail": (1, "refused", "(guardrail_intervened)"),
}
"""Calls for each question, the state in which it ends, and words of the reason; 3 calls are the attempts of the settings."""


ENDS_THE_RUN = "cut-at-window"
"""Too small a window for any question; see ``test_odd_errors``."""


@pytest.mark.parametrize("name", [name for name in REPLIES if name not in {*IN_VAIN, ENDS_THE_RUN}])
def test_a_draft_in_an_odd_reply_costs_one_call(tmp_path, name):
    run = draft_against(tmp_path, name)
    assert (run.states, run.calls, run.error) == ({"drafted": 2}, 2, "")


@pytest.mark.parametrize("name", IN_VAIN)
def test_where_no_reply_can_be_used_little_is_asked_and_what_came_is_said(tmp_path, name):
    calls, state, words = IN_VAIN[name]
    run = draft_against(tmp_path, name)
    assert (run.states, run.calls, run.error) == ({state: 2}, 2 * calls, "")
    assert all(words in reason for reason in run.reasons)
    assert not list((tmp_path / "output" / "drafts").rglob("*.md"))


@pytest.mark.parametrize("name", [name for name, (calls, _, _) in IN_VAIN.items() if calls > 1])
def test_one_odd_reply_costs_one_call_more(tmp_path, name):
    run = draft_against(tmp_path, name, questions=1, times=1)
    assert (run.states, run.calls) == ({"drafted": 1}, 2)


def test_repetition_is_asked_about_with_other_sampling_at_the_same_cap(tmp_path):
    first, second = draft_against(tmp_path, "repetition", questions=1, times=1).bodies
    assert second.pop("frequency_penalty") == 0.5
    assert first == second


@pytest.mark.parametrize(
    ("effort", "then", "cap"), [("high", "medium", 4000), ("low", "low", 8000), (None, None, 8000)]
)
def test_thinking_that_ate_the_cap_is_asked_about_with_less_effort_or_a_larger_cap(
    tmp_path, effort, then, cap
):
    parameters = {"max_completion_tokens": 4000} | ({"reasoning_effort": effort} if effort else {})
    model = {"name": "test-model", "parameters": parameters}
    _, second = draft_against(tmp_path, "thinking-only", questions=1, times=1, model=model).bodies
    assert (second.get("reasoning_effort"), second["max_completion_tokens"]) == (then, cap)


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 3500}, (1000, 2500)),
        ({"input_tokens": 200, "output_tokens": 500, "cache_read_input_tokens": 800}, (1000, 500)),
    ],
)
def test_a_call_costs_the_larger_reading_of_its_usage(services_with, usage, tokens):
    services, _ = services_with(_with_usage(usage))
    draft(services, rows(QUESTION))
    (row,) = services.drafts.all()
    (call,) = services.ledger.calls.of_jobs([row.job])
    assert (call["prompt_tokens"], call["completion_tokens"]) == tokens
    assert ledger_status(services).spend.estimated_calls == 0


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": "1000", "completion_tokens": "500"},
        {"prompt_tokens": 1000, "completion_tokens": -5},
        {"prompt_tokens": 1000, "completion_tokens": 0},
    ],
)
def test_a_call_without_a_credible_usage_costs_what_was_reserved_and_is_marked(services_with, usage):
    services, _ = services_with(_with_usage(usage))
    draft(services, rows(QUESTION))
    (row,) = services.drafts.all()
    (call,) = services.ledger.calls.of_jobs([row.job])
    assert call["cost"] == call["reserved"] > 0
    assert (call["prompt_tokens"], call["outcome"]) == (None, "ok")
    assert "no credible token count" in call["message"]
    assert ledger_status(services).spend.estimated_calls == 1


def _with_usage(usage):
    answer = json.loads(completion(GOOD).content)
    return type(completion(GOOD))(200, json={**answer, "usage": usage})


def test_why_shows_how_an_unreadable_reply_begins(services_with):
    services, _ = services_with(by=lambda _: completion("Sure!\n" + GOOD["introduction"]))
    draft(services, rows(QUESTION))
    (history,) = draft_histories(services, QUESTION)
    assert history.draft.reason == "the reply cannot be read: the reply has no JSON object, only prose"
    assert history.unread.startswith("Sure! Enzymes speed up chemical")
    assert len(history.unread) == 200


def test_a_draft_without_any_text_is_no_file(services_with, tmp_path):
    empty = {
        "introduction": "",
        "points": [],
        "conclusion": "",
        "page_description": "D.",
        "page_keywords": [],
    }
    services, _ = services_with(by=lambda _: completion(empty))
    draft(services, rows(QUESTION))
    (row,) = services.drafts.all()
    assert (row.state, row.sha, row.path) == ("needs_fix", None, None)
    assert row.reason
    assert not list((tmp_path / "output").rglob("*.md"))


def test_an_odd_repair_is_read_at_once(services_with):
    long = GOOD["page_description"] * 4
    repair = {"repair": {"pageDescription": GOOD["page_description"]}}
    services, endpoint = services_with(
        completion(spoilt(page_description=long)), completion("", tool_calls=[_call(repair)])
    )
    draft(services, rows(QUESTION))
    assert (services.drafts.counts(), len(endpoint.requests)) == ({"drafted": 1}, 2)


def _call(arguments):
    return {"type": "function", "function": {"name": "article_repair", "arguments": json.dumps(arguments)}}


def test_where_whole_replies_arrive_is_in_the_profile(services_with):
    services, _ = services_with(by=lambda _: completion("", reasoning_content=json.dumps(GOOD)))
    draft(services, rows(QUESTION))
    profile = services.ledger.endpoints.get("https://api.openai.com/v1", "test-model")
    assert json.loads(profile)["place"] == "reasoning_content"

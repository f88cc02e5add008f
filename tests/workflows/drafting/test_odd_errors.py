"""Errors in unusual forms: a run ends where asking again cannot help, and the message names what came."""

import json

import pytest

from generator.errors import BudgetExceeded
from tests.support.odd_servers import draft_against
from tests.support.replies import GOOD, Endpoint, completion
from tests.support.services import draft, rows, scripted_services

pytestmark = pytest.mark.slow

# The name of the answer, how many calls two questions may cost, and words of the message. Waits and repetitions after
# temporary errors are those of the retries: three attempts for each question.
ENDS_THE_RUN = [
    ("empty-body", 1, "the reply is empty; this address is no chat completions endpoint"),
    ("html-with-status-200", 1, "this address is no chat completions endpoint; check the base URL"),
    ("text-with-status-200", 1, "this address is no chat completions endpoint"),
    ("broken-stream", 1, "the server streams although no stream was requested, or this address is no chat"),
    ("json-lines", 1, "the server streams although no stream was requested, or this address is no chat"),
    ("no-content", 1, "(HTTP 204 No Content); this address is no chat completions endpoint"),
    ("accepted", 1, "(HTTP 202 Accepted); this address is no chat completions endpoint"),
    ("detail-not-found", 1, "has no /chat/completions; check the base URL (Not Found)"),
    ("detail-not-found-404", 1, "has no /chat/completions; check the base URL (Not Found)"),
    ("choices-empty", 2, "has given no other answer so far, so nothing more is asked; check the base URL"),
    ("choices-null", 2, "contains no message; the endpoint has given no other answer so far"),
    ("blocked-page", 1, "a firewall in front of https://api.openai.com/v1 refuses this computer"),
    ("key-with-status-200", 1, "does not accept the API key (Wrong key)"),
    ("model-with-status-200", 1, "has no model 'test-model'"),
    ("credit-with-status-200", 1, "is used up (Your account balance is insufficient)"),
    ("minimax-credit", 1, "is used up (insufficient balance)"),
    (
        "unknown-error-with-status-200",
        2,
        "something went wrong at the gateway; the endpoint has given no other",
    ),
    ("quota-per-day", 1, "the quota or credit at https://api.openai.com/v1 is used up"),
    (
        "quota-per-day-from-upstream",
        1,
        "is used up (Provider returned error: You exceeded your current quota",
    ),
    ("quota-opens-in-hours", 1, "it asks to wait 7 h, until 2"),
    ("limit-for-today", 1, "is used up (You have reached your request limit for today.)"),
    ("quota-of-code-1310", 1, "is used up"),
    ("credit-from-upstream", 1, "is used up (Provider returned error: no)"),
    ("payment-required", 1, "is used up (Insufficient credits)"),
    ("retired-400", 1, "has no model 'test-model' any more (The model `m` has been decommissioned"),
    ("retired-404", 1, "has no model 'test-model' any more"),
    ("retired-410", 1, "has no model 'test-model' any more"),
    ("region-400", 1, "does not serve the country or region of this computer"),
    ("region-403", 1, "does not serve the country or region of this computer"),
    ("window-vllm-too-small", 1, "seems to be 2,048 tokens, too few for any request"),
    ("window-llama-cpp-too-small", 1, "seems to be 2,048 tokens, too few for any request"),
    ("window-413-too-small", 1, "seems to be 2,048 tokens, too few for any request"),
    ("window-with-status-200", 1, "seems to be 2,048 tokens, too few for any request"),
    ("window-cut-silently", 1, "it counted no more tokens of a prompt that has more"),
    ("cut-at-window", 1, "too few for any request"),
    ("window-full", 1, "seems to be 2,048 tokens, too few for any request"),
]

ENDS_THE_QUESTION = [
    ("moderation", "refused", 2, "content-filter: m requires moderation"),
    ("content-exists-risk", "refused", 2, "content-filter: Content Exists Risk"),
    ("inspection", "refused", 2, "content-filter: Input data may contain inappropriate content."),
    ("zhipu-sensitive", "refused", 2, "content-filter: "),
    ("window-without-numbers", "failed", 2, "too-long: Please reduce the length"),
    ("too-large-page", "failed", 2, "http-413: 413 Request Entity Too Large"),
    ("error-with-status-200", "failed", 6, "http-503: No endpoints available (after 3 attempts)"),
    ("error-in-choice", "failed", 6, "http-502: Provider disconnected (after 3 attempts)"),
    ("minimax-rate-limit", "failed", 6, "rate-limit: limit reached (after 3 attempts)"),
    ("bad-gateway-page", "failed", 6, "http-502: 502 Bad Gateway (after 3 attempts)"),
    ("gateway-timeout", "failed", 6, "http-504: Endpoint request timed out (after 3 attempts)"),
]

# The cap under which every later request is sent.
ANSWERED_AFTER_ONE_REFUSAL = [
    ("cap-openai", "max_completion_tokens", 2000),
    ("cap-groq", "max_completion_tokens", 2000),
    ("cap-range", "max_completion_tokens", 2000),
    ("window-vllm", "max_completion_tokens", range(1500, 1804)),
    ("window-llama-cpp-python", "max_completion_tokens", range(1500, 1804)),
    ("extra-field", "max_tokens", 4000),
]


@pytest.mark.parametrize(("name", "calls", "words"), ENDS_THE_RUN)
def test_a_run_ends_where_no_call_can_succeed(tmp_path, name, calls, words):
    run = draft_against(tmp_path, name)
    assert (run.states, run.calls) == ({}, calls)
    assert words in run.error


@pytest.mark.parametrize(
    "name", ["empty-body", "quota-opens-in-hours", "retired-404", "window-vllm-too-small"]
)
def test_a_run_of_many_in_flight_ends_after_its_first_call_too(tmp_path, name):
    run = draft_against(tmp_path, name, questions=40, concurrency=32)
    assert (run.states, run.calls) == ({}, 1)


@pytest.mark.parametrize(("name", "state", "calls", "words"), ENDS_THE_QUESTION)
def test_a_question_ends_with_the_endpoint_s_own_reason_and_the_run_goes_on(
    tmp_path, name, state, calls, words
):
    run = draft_against(tmp_path, name)
    assert (run.states, run.calls, run.error) == ({state: 2}, calls, "")
    assert all(words in reason for reason in run.reasons)


@pytest.mark.parametrize(("name", "parameter", "cap"), ANSWERED_AFTER_ONE_REFUSAL)
def test_a_refused_length_or_parameter_costs_one_free_call_and_is_remembered(tmp_path, name, parameter, cap):
    run = draft_against(tmp_path, name)
    assert (run.states, run.calls, run.error) == ({"drafted": 2}, 3, "")
    later = draft_against(tmp_path, name, questions=4)
    assert (later.states, later.calls) == ({"drafted": 4}, 2)
    for body in (*run.bodies[1:], *later.bodies):
        assert body[parameter] in (cap if isinstance(cap, range) else [cap])


def test_a_whole_event_stream_is_read(tmp_path):
    run = draft_against(tmp_path, "whole-stream")
    assert (run.states, run.calls, run.error) == ({"drafted": 2}, 2, "")


def test_a_paid_reply_that_shows_a_window_is_read_by_the_next_run(tmp_path):
    assert draft_against(tmp_path, "window-cut-silently").calls == 1
    run = draft_against(tmp_path, "window-cut-silently", times=0)
    assert (run.states, run.calls, run.error) == ({"drafted": 2}, 1, "")


def test_a_reply_that_fills_the_window_is_not_asked_for_with_a_larger_cap(tmp_path):
    run = draft_against(tmp_path, "window-filled")
    assert (run.states, run.calls, run.error) == ({"needs_fix": 2}, 2, "")
    assert run.bodies[1]["max_completion_tokens"] < 5120 - 2697
    assert run.notes[0].startswith("the endpoint's context window seems to be 5,120 tokens")


def test_a_count_of_tokens_that_cannot_be_is_said_and_ends_nothing(tmp_path):
    run = draft_against(tmp_path, "prompt-counted-at-300")
    assert (run.states, run.calls, run.error) == ({"drafted": 2}, 2, "")
    assert [note.partition(":")[0] for note in run.notes] == [
        "the endpoint counts far fewer tokens than its prompts have"
    ]


CHEAP = {"test-model": {"input": "0.1", "cached_input": "0.1", "output": 1}}


def test_a_whole_reply_beyond_its_cap_is_taken_and_the_cap_is_sent_by_its_other_name(tmp_path):
    run = draft_against(tmp_path, "cap-ignored", questions=4)
    assert (run.states, run.calls, run.error) == ({"drafted": 4}, 4, "")
    assert ["max_tokens" in body for body in run.bodies] == [False, True, True, True]
    assert run.notes == [
        "a reply had 9,000 tokens, more than its output cap; the cap is sent as max_tokens from now on; as many are"
        " reserved for the next replies, until they stay within their caps"
    ]


@pytest.mark.parametrize("name", ["cap-ignored", "caps-ignored"])
def test_a_server_that_ignores_caps_spends_no_more_than_was_allowed(tmp_path, name):
    run = draft_against(tmp_path, name, questions=60, concurrency=32, max_cost=0.05, prices=CHEAP)
    assert run.error.startswith("the budget of $0.05 is used up")
    assert 0.03 < run.spent <= 0.05


def test_replies_that_grow_exceed_a_budget_by_one_call_at_most(tmp_path):
    lengths = iter([4100, *[60_000] * 40])

    def answer(_):
        tokens = next(lengths)
        return completion(json.dumps(GOOD) + " " * 3 * tokens, usage=(2000, tokens))

    services = scripted_services(tmp_path, Endpoint(by=answer), prices=CHEAP)
    questions = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(40)))
    with pytest.raises(BudgetExceeded):
        draft(services, questions, concurrency=32, near="allow", max_cost=0.05)
    assert services.drafts.counts() == {"drafted": 2}


def test_a_lowered_cap_is_said_once(tmp_path):
    run = draft_against(tmp_path, "cap-openai", questions=3)
    assert run.notes == [
        "the endpoint allows replies of at most 2,000 tokens: no more are asked for from now on"
    ]

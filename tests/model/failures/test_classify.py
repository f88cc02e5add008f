"""The classification of failures, as a table of answers of real endpoints."""

import json

import pytest

from generator.model.failures import (
    CallTarget,
    classify_exception,
    classify_response,
    retry_after,
    without_secrets,
)

KEY = "sk-test-0123456789abcdef"
TARGET = CallTarget(endpoint="https://models.example/v1", model="small-1", secret=KEY)


def openai(message, code=None, kind="invalid_request_error", param=None, **more):
    return json.dumps({"error": {"message": message, "type": kind, "param": param, "code": code} | more})


RESPONSES = [
    # status, body, kind, cause, billed
    (429, openai("Rate limit reached", "rate_limit_exceeded"), "rate_limit", "rate-limit", "no"),
    (429, openai("You exceeded your current quota", "insufficient_quota"), "fatal", "quota-exhausted", "no"),
    (429, openai("Hard limit", "billing_hard_limit_reached"), "fatal", "quota-exhausted", "no"),
    (429, "slow down", "rate_limit", "rate-limit", "no"),
    (402, openai("Insufficient balance"), "fatal", "quota-exhausted", "no"),
    (401, openai("Incorrect API key provided", "invalid_api_key"), "fatal", "unauthorized", "no"),
    (403, openai("Country not supported"), "fatal", "unauthorized", "no"),
    (400, openai("API key not valid. Please pass a valid key."), "fatal", "unauthorized", "no"),
    (403, openai("Your input was flagged by moderation"), "filtered", "content-filter", "no"),
    (404, openai("The model `small-1` does not exist", "model_not_found"), "fatal", "no-such-model", "no"),
    (404, openai('model "small-1" not found, try pulling it first'), "fatal", "no-such-model", "no"),
    (404, openai("The API deployment is missing", "DeploymentNotFound"), "fatal", "no-such-model", "no"),
    (400, openai("/chat/completions: Invalid model name passed"), "fatal", "no-such-model", "no"),
    (404, '{"detail": "Not Found"}', "fatal", "no-such-address", "no"),
    (405, "<html><title>405</title></html>", "fatal", "no-such-address", "no"),
    (408, "", "transient", "http-408", "maybe"),
    (409, openai("conflict"), "transient", "http-409", "no"),
    (500, openai("The server had an error"), "transient", "http-500", "no"),
    (502, "<html><body>Bad gateway</body></html>", "transient", "http-502", "maybe"),
    (503, openai("overloaded"), "transient", "http-503", "no"),
    (504, "upstream timed out", "transient", "http-504", "maybe"),
    (529, openai("Overloaded", kind="overloaded_error"), "transient", "http-529", "no"),
    (501, openai("not implemented"), "request", "http-501", "no"),
    (400, openai("Too big", "context_length_exceeded"), "too_long", "too-long", "no"),
    (400, openai("This model's maximum context length is 8192 tokens."), "too_long", "too-long", "no"),
    (
        400,
        openai("You passed 1015 input tokens; the model's context length is only 1024."),
        "too_long",
        "too-long",
        "no",
    ),
    (500, openai("try again", 500, "exceed_context_size_error"), "too_long", "too-long", "no"),
    (
        400,
        openai(
            "The response was filtered due to the prompt triggering the policy",
            "content_filter",
            innererror={"code": "ResponsibleAIPolicyViolation"},
        ),
        "filtered",
        "content-filter",
        "no",
    ),
    (400, openai("Failed to validate JSON", "json_validate_failed"), "transient", "bad-reply", "maybe"),
    (400, openai("Invalid value for 'messages'"), "request", "http-400", "no"),
    (413, "too large", "request", "http-413", "no"),
    (422, '{"detail": [{"loc": ["body", "n"], "msg": "wrong"}]}', "request", "http-422", "no"),
    (400, "[" * 100_000, "request", "http-400", "no"),
    (400, '{"error": null}', "request", "http-400", "no"),
    (400, "[1, 2]", "request", "http-400", "no"),
]


@pytest.mark.parametrize(("status", "body", "kind", "cause", "billed"), RESPONSES)
def test_answer_is_classified(status, body, kind, cause, billed):
    failure = classify_response(status, {"x-request-id": "req-1"}, body.encode(), TARGET)
    assert (failure.kind, failure.cause, failure.billed) == (kind, cause, billed)
    assert (failure.status, failure.request_id) == (status, "req-1")
    assert failure.retryable == (kind in ("rate_limit", "transient", "timeout"))
    assert failure.message == " ".join(failure.message.split()) != ""


def test_missing_model_is_named_with_its_endpoint():
    body = openai("The model does not exist", "model_not_found").encode()
    message = classify_response(404, {}, body, TARGET).message
    assert message.startswith("https://models.example/v1 has no model 'small-1'")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "86400"}, 120.0),
        (
            {"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"},
            30.0,
        ),
        (
            {"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"},
            0.0,
        ),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "later"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_every_form_and_capped(headers, seconds):
    assert retry_after(headers) == seconds


def test_a_key_repeated_by_the_endpoint_is_never_shown():
    body = openai(f"Wrong key {KEY}, header was Bearer {KEY}\x1b[31m\n").encode()
    message = classify_response(401, {}, body, TARGET).message
    assert KEY not in message
    assert "\x1b" not in message


def test_scrubbing_hides_other_keys_and_cuts_long_text():
    assert without_secrets("sk-proj-abc***xyz and Bearer abc.def", "") == "[key] and Bearer [key]"
    assert len(without_secrets("x" * 10_000, "")) == 400
    assert KEY[:6] not in without_secrets("x" * 390 + KEY, KEY)


def test_a_key_of_one_letter_is_hidden_and_no_other_word_is_changed():
    assert without_secrets("bad key k: check the API key", "k") == "bad key [key]: check the API key"


def test_a_prompt_repeated_by_an_error_does_not_count_as_a_missing_model():
    body = openai(f"Unsupported value in: {'x' * 300} Which model of the atom does not exist any more?")
    assert classify_response(400, {}, body.encode(), TARGET).kind == "request"


def test_a_question_about_moderation_that_an_error_repeats_does_not_count_as_moderation():
    body = openai(f"Unsupported value in: {'x' * 300} How does content moderation work?")
    assert classify_response(400, {}, body.encode(), TARGET).kind == "request"


def test_a_refused_connection_names_the_address():
    wrapped = RuntimeError("Connection error.")
    wrapped.__cause__ = ConnectionRefusedError(111, "Connect call failed")
    failure = classify_exception(wrapped, TARGET)
    assert (failure.kind, failure.cause, failure.billed) == ("transient", "connection-refused", "no")
    assert "nothing answers at: https://models.example/v1" in failure.message

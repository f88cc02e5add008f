"""How long endpoints ask to wait: in headers of every form, and in the bodies of errors."""

import json
from datetime import datetime, timedelta

import pytest

from generator.model.failures import CallTarget, classify_response, requested_wait

NOW = "Wed, 21 Oct 2026 07:28:00 GMT"
EPOCH = int(datetime.fromisoformat("2026-10-21T07:28:00+00:00").timestamp())

HEADERS = [
    ({"retry-after": "20s"}, 20.0),
    ({"retry-after": "1m2.5s"}, 62.5),
    ({"retry-after": str(EPOCH + 40)}, 40.0),
    ({"x-ratelimit-reset-requests": "6m0s", "x-ratelimit-remaining-requests": "0"}, 360.0),
    ({"x-ratelimit-reset": "12"}, 12.0),
    ({"x-ratelimit-reset": str(EPOCH + 30)}, 30.0),
    ({"x-ratelimit-reset": f"{EPOCH + 30}000"}, 30.0),
    ({"x-ratelimit-reset": "2026-10-21T07:28:45Z"}, 45.0),
    ({"ratelimit-reset": "7", "ratelimit-remaining": "0"}, 7.0),
    ({"x-rate-limit-reset": "7"}, 7.0),
    (
        {
            "x-ratelimit-reset-requests": "9",
            "x-ratelimit-remaining-requests": "4",
            "x-ratelimit-reset-tokens": "120ms",
            "x-ratelimit-remaining-tokens": "0",
        },
        0.12,
    ),
    ({"x-ratelimit-reset-requests": "9", "x-ratelimit-remaining-requests": "4"}, None),
    ({"retry-after-ms": "250", "x-ratelimit-reset": "12"}, 0.25),
    ({"x-ratelimit-reset": "soon"}, None),
]

BODIES = [
    ({"error": {"details": [{"@type": "RetryInfo", "retryDelay": "39.5s"}]}}, 39.5),
    ({"error": {"details": [{"retryDelay": {"seconds": 39, "nanos": 0}}]}}, 39.0),
    ({"error": {"message": "Rate limit reached. Please try again in 20s."}}, 20.0),
    ({"error": {"message": "Please try again in 7m12s. Visit us."}}, 432.0),
    ({"error": {"message": "retry after 1m2.5s"}}, 62.5),
    ({"error": {"message": "Please retry in 5.9s."}}, 5.9),
    ({"error": {"message": "Please retry after 60 seconds. Please go here"}}, 60.0),
    ({"error": {"message": "Please wait 41 seconds before retrying."}}, 41.0),
    ({"error": {"message": "Please try again in 120ms"}}, 0.12),
    ({"error": {"message": "Try again in 1 minute and 5 seconds"}}, 65.0),
    ({"error": {"message": "Limit resets at: 2026-10-21 07:29:00 UTC"}}, 60.0),
    ({"error": {"message": "Your quota will reset after 13h37m."}}, 49020.0),
    ({"error": {"message": "Usage limit reached, resets in 3 hours"}}, 10800.0),
    ({"error": {"message": "no", "retry_after": 7}}, 7.0),
    ({"error": {"message": "no"}, "retry_after_ms": 700}, 0.7),
    ({"error": {"message": "no", "retry_after_seconds": "7"}}, 7.0),
    ({"error": {"message": "no", "resets_in_seconds": 90}}, 90.0),
    ({"error": {"message": "no", "resets_at": EPOCH + 90}}, 90.0),
    ({"detail": "slow down", "retryAfter": 3}, 3.0),
    ({"error": {"metadata": {"headers": {"X-RateLimit-Reset": f"{EPOCH + 30}000"}}}}, 30.0),
    ({"error": {"metadata": {"raw": json.dumps({"error": {"details": [{"retryDelay": "12s"}]}})}}}, 12.0),
    ({"error": {"message": "Rate limit of 15 per 60s exceeded"}}, None),
    ({"error": {"message": "Too many requests. Retry later, at most 3 times."}}, None),
    ("slow down, retry in 4 seconds", 4.0),
]


@pytest.mark.parametrize(("headers", "seconds"), HEADERS)
def test_a_wait_is_read_from_headers(headers, seconds):
    assert requested_wait({"date": NOW, **headers}) == pytest.approx(seconds)


@pytest.mark.parametrize(("body", "seconds"), BODIES)
def test_a_wait_is_read_from_the_body_of_a_refused_call(body, seconds):
    raw = (body if isinstance(body, str) else json.dumps(body)).encode()
    assert requested_wait({"date": NOW}, raw) == pytest.approx(seconds)


def failure_of(status, message, **headers):
    body = json.dumps({"error": {"message": message}}).encode()
    return classify_response(status, {"date": NOW, **headers}, body, CallTarget("https://m.example/v1", "m"))


def test_a_wait_in_the_body_is_honoured_and_the_header_comes_first():
    assert failure_of(429, "Please retry in 5.9s").retry_after_seconds == 5.9
    assert failure_of(429, "Please retry in 5.9s", **{"retry-after": "2"}).retry_after_seconds == 2.0
    assert failure_of(503, "overloaded, try again in 9s").retry_after_seconds == 9.0


def test_a_wait_of_hours_ends_the_run_and_says_until_when():
    opens = datetime.fromisoformat("2026-10-21T07:28:00") + timedelta(hours=13)
    failure = failure_of(429, "Your quota will reset after 13h0m0s")
    assert failure.kind == "fatal"
    assert failure.message.endswith(f"it asks to wait 13 h, until {opens:%Y-%m-%d %H:%M} UTC")


def test_words_about_waiting_in_an_error_about_something_else_are_no_wait():
    assert failure_of(500, "Failed to parse: wait 20 seconds, then stir").retry_after_seconds is None

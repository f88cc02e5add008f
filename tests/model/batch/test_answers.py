"""Answering the lines of a request file with one call each: answers are judged as those of live calls."""

import json
from random import Random

import httpx2
import pytest

from generator.model.batch.answers import LineAnswerer
from generator.model.batch.files import is_answer, request_line, response_lines
from tests.support.replies import GOOD, Endpoint, completion, failure
from tests.support.services import no_sleep

BODY = {"model": "m", "messages": [{"role": "user", "content": "What is an enzyme?"}]}


async def answers_from(transport: httpx2.AsyncBaseTransport, *, lines: int = 1, key: str | None = None):
    """The answers of an endpoint to request lines."""
    answerer = LineAnswerer(
        base_url="http://model.test/v1",
        api_key=key,
        timeout_seconds=5,
        attempts=3,
        concurrency=1,
        rng=Random(1),
        sleep=no_sleep,
        transport=transport,
    )
    try:
        found = await answerer.answers([request_line(f"r-{number}", BODY) for number in range(lines)])
    finally:
        await answerer.aclose()
    return list(response_lines(found))


async def answered(*script: httpx2.Response, lines: int = 1, key: str | None = None):
    """The answers to request lines, and how many calls they took."""
    endpoint = Endpoint(*script)
    found = await answers_from(endpoint.transport, lines=lines, key=key)
    return found, len(endpoint.requests)


async def test_a_completion_is_returned_unchanged():
    (line,), calls = await answered(completion(GOOD))
    assert (line.custom_id, line.status, line.request_id, calls) == ("r-0", 200, "req_1", 1)
    assert is_answer(line)
    assert json.loads(json.loads(line.body)["choices"][0]["message"]["content"]) == GOOD


async def test_a_lone_surrogate_in_one_answer_loses_no_other_answer():
    half = httpx2.Response(200, content=completion("whole").content.replace(b"whole", b"half \\ud83d"))
    lines, _ = await answered(half, completion(GOOD), lines=2)
    assert [is_answer(line) for line in lines] == [True, True]


async def test_a_web_page_is_not_retried():
    page = httpx2.Response(200, content=b"<html>login</html>")
    (line,), calls = await answered(page, page, page)
    assert (is_answer(line), calls) == (False, 1)
    assert "web page" in line.message


async def test_a_rate_limit_sent_with_a_success_status_is_retried():
    limited = httpx2.Response(200, json={"error": {"code": 429, "message": "slow down"}})
    (line,), calls = await answered(limited, completion(GOOD))
    assert (is_answer(line), calls) == (True, 2)


async def test_after_a_completion_a_web_page_is_temporary():
    page = httpx2.Response(200, content=b"<html>bad gateway</html>")
    lines, calls = await answered(completion(GOOD), page, completion(GOOD), lines=2)
    assert ([is_answer(line) for line in lines], calls) == ([True, True], 3)


async def test_the_line_of_a_failed_request_contains_its_error():
    (line,), calls = await answered(failure(400, "content_filter", "filtered", **{"x-request-id": "req_7"}))
    assert (line.status, is_answer(line), calls) == (400, False, 1)
    assert json.loads(line.body)["error"] == {
        "code": "content_filter",
        "message": "filtered",
        "type": "error",
    }
    assert (line.code, line.request_id, line.may_be_billed) == ("content-filter", "req_7", False)


async def test_the_line_of_a_call_without_an_answer_says_that_it_may_be_billed():
    async def no_answer(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("slow")

    (line,) = await answers_from(httpx2.MockTransport(no_answer))
    assert (line.status, line.code, line.may_be_billed) == (None, "timeout", True)


async def test_no_line_contains_the_key():
    (line,), _ = await answered(
        failure(400, "bad", "the key secret-key-123 is not for this"), key="secret-key-123"
    )
    assert b"secret-key-123" not in line.body and b"[key]" in line.body


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        (b'{"custom_id": "a", "choices": [{"message": {"content": "x"}, "finish_reason": "stop"}]}', False),
        (b'{"custom_id": "a", "response": {"choices": [{"message": {"content": "x"}}]}}', True),
        (b'{"custom_id": "a", "response": {"status_code": 200, "body": {"error": "no"}}}', False),
        (
            b'{"custom_id": "a", "response": {"status_code": 500, "body": {"error": "\\"status_code\\":200"}}}',
            False,
        ),
        (b"no JSON", False),
    ],
)
def test_only_a_line_with_a_completion_is_an_answer(line, answers):
    (read,) = response_lines([line])
    assert is_answer(read) == answers

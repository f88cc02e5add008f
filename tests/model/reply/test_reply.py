"""Parsing a reply: which tokens are counted, and what the texts of an endpoint may contain."""

import json

import pytest

from generator.model.reply.reply import read_reply, request_id
from generator.model.reply.usage import Usage


def reply(*, message=None, **fields):
    body = {"choices": [{"message": {"content": "{}", **(message or {})}, "finish_reason": "stop"}]}
    return read_reply(json.dumps({**body, **fields}).encode(), mode="plain", output_cap=100)


@pytest.mark.parametrize("count", [None, "missing", 1.5, "7", True, -1, 10**9 + 1, 10**30])
@pytest.mark.parametrize("name", ["prompt_tokens", "completion_tokens"])
def test_incomplete_usage_is_none(name, count):
    usage = {"prompt_tokens": 5, "completion_tokens": 7, name: count}
    if count == "missing":
        del usage[name]
    assert reply(usage=usage).usage is None


def test_invalid_details_of_the_usage_count_as_zero():
    details = {"cached_tokens": 10**30, "cache_write_tokens": -1}
    usage = {"prompt_tokens": 5, "completion_tokens": 0, "prompt_tokens_details": details}
    assert reply(usage=usage).usage == Usage(prompt_tokens=5)


def test_every_text_but_the_content_is_one_clean_line_of_bounded_length():
    odd = "a\ud83d\n\x1b[31mb " + "x" * 10_000
    found = reply(message={"refusal": odd}, model=odd, id=odd)
    for text in (found.refusal, found.model, found.request_id):
        assert text.startswith("a [31mb x")
        assert len(text) == 500


def test_a_request_id_can_be_stored():
    assert request_id({"x-request-id": "\udcff", "request-id": "r\udcff1"}) == "r1"

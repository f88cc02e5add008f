import json

import pytest

from generator.model.replies import BadReply, read_reply
from generator.model.responses_api import as_completion

MESSAGE = {"type": "message", "content": [{"type": "output_text", "text": "one"}]}


def read(**changes):
    body = {"object": "response", "status": "completed", "model": "m", "output": [MESSAGE], **changes}
    return read_reply(json.dumps(body).encode(), mode="json_schema", output_cap=100)


@pytest.mark.parametrize(
    "data", [{}, {"choices": []}, {"object": "response", "choices": []}, {"object": None}]
)
def test_anything_else_is_unchanged(data):
    assert as_completion(data) is data


def test_the_texts_of_all_messages_are_one_content():
    reasoning = {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "thought"}]}
    assert read(output=[reasoning, MESSAGE, None, MESSAGE]).content == "oneone"


@pytest.mark.parametrize("output", [None, [], "text", [{"type": "message", "content": "text"}], [7]])
def test_an_output_without_a_message_is_empty(output):
    assert read(output=output).content == ""


@pytest.mark.parametrize(
    ("changes", "finish_reason"),
    [
        ({}, "stop"),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, "content_filter"),
        ({"status": "incomplete", "incomplete_details": None}, "length"),
    ],
)
def test_the_status_is_the_finish_reason(changes, finish_reason):
    assert read(**changes).finish_reason == finish_reason


@pytest.mark.parametrize("status", ["failed", "cancelled", "in_progress", "queued", None])
def test_an_answer_that_was_not_finished_is_no_reply(status):
    with pytest.raises(BadReply):
        read(status=status)


def test_usage_without_counts_is_unknown():
    assert read(usage={"input_tokens": 3}).usage is None
    usage = read(usage={"input_tokens": 3, "output_tokens": 4}).usage
    assert usage is not None and (usage.prompt_tokens, usage.completion_tokens) == (3, 4)

"""Where the text of a reply is: in the message of a chat completion or of another API, and in which of its fields."""

import json

import pytest

from generator.model.reply.reply import BadReply, Reply, read_reply
from generator.model.reply.usage import Usage

A = '{"introduction": "Text é."}'
PARSED = json.loads(A)
CALL = {"type": "function", "function": {"name": "article_draft", "arguments": A}}


def read(body: object, **options: bool) -> Reply:
    return read_reply(json.dumps(body).encode(), mode="plain", output_cap=100, **options)


def message(**fields: object) -> Reply:
    return read({"choices": [{"message": fields, "finish_reason": "stop"}]})


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"content": A}, "content"),
        ({"content": PARSED}, "content"),
        ({"content": [{"type": "text", "text": A}]}, "content"),
        ({"content": {"type": "text", "text": A}}, "content"),
        ({"content": [A[:9], A[9:]]}, "content"),
        ({"content": [{"type": "text", "text": {"value": A}}]}, "content"),
        ({"content": [{"type": "json", "json": PARSED}]}, "content"),
        ({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "{x}"}]}, {"type": "text", "text": A}]}, "content"),
        ({"content": [{"type": "reasoning", "text": "{x}"}, {"type": "output_text", "text": A}]}, "content"),
        ({"content": None, "parsed": PARSED}, "parsed"),
        ({"content": None, "tool_calls": [CALL]}, "tool_calls"),
        ({"content": "", "tool_calls": [{"function": {"arguments": PARSED}}]}, "tool_calls"),
        ({"content": None, "function_call": {"name": "f", "arguments": A}}, "function_call"),
        ({"function_call": {"name": "f", "arguments": PARSED}}, "function_call"),
    ],
)  # fmt: skip
def test_the_text_is_found_in_every_field_that_holds_replies(fields, place):
    found = message(**fields)
    assert (found.place, json.loads(found.content)) == (place, PARSED)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"reasoning_content": A}, "reasoning_content"),
        ({"reasoning": A}, "reasoning"),
        ({"reasoning_details": [{"type": "reasoning.text", "text": A}]}, "reasoning_details"),
        ({"thinking": A}, "thinking"),
        ({"content": [{"type": "thinking", "thinking": A}]}, "thinking"),
    ],
)
@pytest.mark.parametrize("content", [{}, {"content": None}, {"content": ""}, {"content": " \n"}])
def test_reasoning_is_another_reading_and_not_the_content(fields, place, content):
    found = message(**{**content, **fields})
    assert found.content == ""
    assert found.is_only_thinking
    assert [(reading.place, reading.content) for reading in found.readings[1:]] == [(place, A)]


def test_a_text_beside_the_content_is_another_reading():
    found = message(content="Here you are.", tool_calls=[CALL], reasoning="Well.")
    assert [reading.content for reading in found.readings] == ["Here you are.", A, "Well."]
    assert not found.is_only_thinking


OTHER_FORMS = {
    "legacy completion": {"choices": [{"text": A, "finish_reason": "stop"}]},
    "chunk": {"choices": [{"delta": {"content": A}, "finish_reason": "stop"}]},
    "ollama": {"message": {"role": "assistant", "content": A}, "done_reason": "stop", "prompt_eval_count": 5, "eval_count": 7},
    "responses": {
        "object": "response",
        "status": "completed",
        "output": [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]},
            {"type": "message", "content": [{"type": "output_text", "text": A}]},
        ],
        "usage": {"input_tokens": 5, "output_tokens": 7},
    },
    "responses with a call": {"output": [{"type": "function_call", "name": "f", "arguments": A}], "status": "completed"},
    "anthropic": {"type": "message", "content": [{"type": "text", "text": A}], "stop_reason": "end_turn", "usage": {"input_tokens": 5, "output_tokens": 7}},
    "anthropic with a tool": {"type": "message", "content": [{"type": "tool_use", "input": PARSED}], "stop_reason": "tool_use"},
    "gemini": {"candidates": [{"content": {"parts": [{"text": "Hm.", "thought": True}, {"text": A}]}, "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 7}},
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_FORMS)
def test_the_forms_of_other_apis_are_read(name):
    body = OTHER_FORMS[name]
    found = read(body)
    assert (json.loads(found.content), found.finish) == (PARSED, "stop")
    if {"usage", "usageMetadata", "eval_count"} & body.keys():
        assert found.usage == Usage(prompt_tokens=5, completion_tokens=7)


def test_the_responses_api_says_why_a_reply_is_incomplete():
    body = {
        "status": "incomplete",
        "incomplete_details": {"reason": "max_output_tokens"},
        "output": [{"type": "message", "content": [{"type": "output_text", "text": A[:9]}]}],
    }
    assert read(body).finish == "length"


@pytest.mark.parametrize(
    "body", [{"choices": []}, {"choices": [{}]}, {"message": "no"}, {"output": []}, {"content": []}]
)
def test_a_body_without_a_message_is_no_reply(body):
    with pytest.raises(BadReply, match="contains no message"):
        read(body)


def test_a_refusal_may_be_a_part_of_the_content():
    assert message(content=[{"type": "refusal", "refusal": "No."}]).refusal == "No."


@pytest.mark.parametrize(
    "reason", ["error", "network_error", "insufficient_system_resource", "abort", "ABORT"]
)
def test_a_reply_that_the_endpoint_broke_off_is_none_unless_it_is_complete_or_recorded(reason):
    def body(content: str) -> dict[str, object]:
        return {"choices": [{"message": {"content": content}, "finish_reason": reason}]}

    with pytest.raises(BadReply, match="stopped with an error"):
        read(body(A[:9]))
    assert read(body(A)).content == A
    assert read(body(A[:9]), recorded=True).content == A[:9]

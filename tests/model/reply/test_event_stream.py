"""The completion that the chunks of an event stream make together."""

import json

import pytest

from generator.model.reply.event_stream import completion_of, is_json_lines
from generator.model.reply.reply import BadReply, Usage, read_reply


def stream(*chunks):
    return "".join(
        f"data: {chunk if isinstance(chunk, str) else json.dumps(chunk)}\n\n" for chunk in chunks
    ).encode()


def delta(finish_reason=None, index=0, **fields):
    return {
        "id": "c-1",
        "model": "m",
        "choices": [{"index": index, "delta": fields, "finish_reason": finish_reason}],
    }


USAGE = {"id": "c-1", "model": "m", "choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}
WHOLE = stream(
    delta(role="assistant", content=""),
    delta(content='{"a"'),
    delta(content="other", index=1),
    delta(content=": 1}"),
    delta("stop"),
    USAGE,
    "[DONE]",
)


@pytest.mark.parametrize("raw", [WHOLE, b": processing\n\n" + WHOLE, b"event: message\r\n" + WHOLE])
def test_a_whole_stream_is_a_reply_with_its_usage(raw):
    reply = read_reply(raw, mode="plain", output_cap=100)
    assert (reply.content, reply.finish_reason, reply.model) == ('{"a": 1}', "stop", "m")
    assert (reply.usage, reply.raw) == (Usage(9, 0, 0, 2, 0), raw)


def test_other_texts_of_a_message_and_a_message_sent_at_once_are_read():
    thought = stream(delta(reasoning_content="Hm"), delta(reasoning_content="m"), delta("stop", content="x"))
    completion = completion_of(thought)
    assert completion["choices"][0]["message"]["reasoning_content"] == "Hmm"
    at_once = {"choices": [{"index": 0, "message": {"content": "x"}, "finish_reason": "stop"}]}
    assert completion_of(stream(at_once))["choices"][0]["message"]["content"] == "x"


@pytest.mark.parametrize(
    "raw",
    [
        stream(delta(content="x"), "[DONE]"),
        stream(delta(content="x"), delta("stop"), {"error": {"message": "lost", "code": 502}}),
        stream("[1]", "no"),
        b"data",
        b"",
    ],
)
def test_a_stream_without_its_end_is_no_completion(raw):
    assert completion_of(raw) is None
    with pytest.raises(BadReply):
        read_reply(raw, mode="plain", output_cap=100)


def test_json_lines_are_told_from_one_object_of_several_lines():
    assert is_json_lines(b'{"a": 1}\n{"b": 2}\n')
    assert not is_json_lines(b'{"a":\n 1}')
    assert not is_json_lines(b'{"a": 1}')
    assert not is_json_lines(b"")

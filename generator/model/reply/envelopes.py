"""Finds the message in the body of an answer: chat completions, and the forms of other APIs that some servers send.

A table of recognisers; the first that fits counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Envelope:
    """The parts of an answer that count, whatever its form.

    Args:
        message: as in a chat completion.
        finish_reason, usage: as the server wrote them.
    """

    message: Mapping[str, Any]
    finish_reason: object
    usage: object


def envelope_of(data: Mapping[str, Any]) -> Envelope | None:
    """The message in an answer with its finish reason and usage; None where it has no message."""
    return next((found for recognise in _FORMS if (found := recognise(data)) is not None), None)


def _chat_completion(data: Mapping[str, Any]) -> Envelope | None:
    choice = _first(data.get("choices"))
    message = choice.get("message") or choice.get("delta")
    if not isinstance(message, dict):
        return None
    return Envelope(message, choice.get("finish_reason"), data.get("usage"))


def _text_completion(data: Mapping[str, Any]) -> Envelope | None:
    choice = _first(data.get("choices"))
    if not isinstance(choice.get("text"), str):
        return None
    return Envelope({"content": choice["text"]}, choice.get("finish_reason"), data.get("usage"))


def _ollama(data: Mapping[str, Any]) -> Envelope | None:
    message = data.get("message")
    if not isinstance(message, dict) or not ("content" in message or "tool_calls" in message):
        return None
    return Envelope(message, data.get("done_reason"), data.get("usage") or data)


def _responses(data: Mapping[str, Any]) -> Envelope | None:
    """OpenAI's Responses API."""
    output = data.get("output")
    if not isinstance(output, list) or not (output or data.get("object") == "response"):
        return None
    items = [item for item in output if isinstance(item, dict)]
    parts = [
        part for item in items for part in _parts(item.get("content")) if item.get("type") != "reasoning"
    ]
    thinking = [part for item in items if item.get("type") == "reasoning" for part in _reasoning_parts(item)]
    calls = [{"function": item} for item in items if item.get("type") == "function_call"]
    message = {"content": parts, "reasoning_details": thinking, "tool_calls": calls}
    details = data.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, dict) else None
    return Envelope(message, reason or data.get("status"), data.get("usage"))


def _anthropic(data: Mapping[str, Any]) -> Envelope | None:
    if data.get("type") != "message" or not isinstance(data.get("content"), list):
        return None
    calls = [
        {"function": {"arguments": part.get("input")}} for part in _parts(data["content"]) if "input" in part
    ]
    return Envelope(
        {"content": data["content"], "tool_calls": calls}, data.get("stop_reason"), data.get("usage")
    )


def _gemini(data: Mapping[str, Any]) -> Envelope | None:
    candidate = _first(data.get("candidates"))
    content = candidate.get("content")
    if not isinstance(content, dict):
        return None
    parts = _parts(content.get("parts"))
    calls = [
        {"function": {"arguments": part["functionCall"].get("args")}}
        for part in parts
        if "functionCall" in part
    ]
    message = {
        "content": [part for part in parts if not part.get("thought")],
        "reasoning_details": [part for part in parts if part.get("thought")],
        "tool_calls": calls,
    }
    return Envelope(message, candidate.get("finishReason"), data.get("usageMetadata"))


_FORMS: tuple[Callable[[Mapping[str, Any]], Envelope | None], ...] = (
    _chat_completion,
    _text_completion,
    _ollama,
    _responses,
    _anthropic,
    _gemini,
)


def _first(items: object) -> Mapping[str, Any]:
    """The first item of a list if it is an object; else an empty one."""
    item = items[0] if isinstance(items, list) and items else None
    return item if isinstance(item, dict) else {}


def _parts(value: object) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _reasoning_parts(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*_parts(item.get("summary")), *_parts(item.get("content"))]

"""Finds the texts in a message: its content, the arguments of tool calls, its reasoning. A table, in this order."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

CONTENT = "content"
"""The place where a reply is expected."""
REASONING = frozenset({"reasoning_content", "reasoning", "reasoning_details", "thinking"})
"""Places that hold what a model thinks. A reply there counts only if it is whole."""

_THINKING_PARTS = frozenset({"thinking", "reasoning", "reasoning_text", "summary_text", "redacted_thinking"})


class ReplyText(NamedTuple):
    """A text of a message and the place where it is."""

    place: str
    text: str


def texts_of(message: Mapping[str, Any]) -> tuple[ReplyText, ...]:
    """The texts of a message that are not blank, the most likely reply first."""
    found = [
        ReplyText(place, text)
        for place, read in _PLACES.items()
        if (value := message.get(place)) and (text := read(value)).strip()
    ]
    if isinstance(content := message.get(CONTENT), list) and (thinking := _thinking_parts(content)):
        found.append(ReplyText("thinking", thinking))
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def plain_text(value: object) -> str:
    """A string, or the joined text of the parts of a content; objects as JSON; empty for other values."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_part_text, value))
    if isinstance(value, dict):
        return _part_text(value) or json.dumps(value, ensure_ascii=False)
    return ""


def refusal_of(message: Mapping[str, Any]) -> str:
    """The model's refusal in a message: its field, or parts of that type; empty without one."""
    refusal, content = message.get("refusal"), message.get(CONTENT)
    if refusal:
        return plain_text(refusal)
    if not isinstance(content, list):
        return ""
    return "".join(plain_text(part.get("refusal")) for part in content if isinstance(part, dict))


def _part_text(part: object) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict) or part.get("type") in _THINKING_PARTS:
        return ""
    text = part.get("text")
    if isinstance(text, dict):
        text = text.get("value")
    if text is None and isinstance(part.get("json"), dict):
        text = json.dumps(part["json"], ensure_ascii=False)
    return text if isinstance(text, str) else ""


def _thinking(value: object) -> str:
    """The text of a field or of parts that hold thinking, whatever the parts are called."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_thinking, value))
    if isinstance(value, dict):
        return next(
            (
                text
                for name in ("text", "thinking", "summary", "content")
                if (text := _thinking(value.get(name)))
            ),
            "",
        )
    return ""


def _thinking_parts(content: list[Any]) -> str:
    thinking = (part for part in content if isinstance(part, dict) and part.get("type") in _THINKING_PARTS)
    return _thinking(list(thinking))


def _arguments(call: object) -> str:
    function = call.get("function", call) if isinstance(call, dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    return json.dumps(arguments, ensure_ascii=False) if isinstance(arguments, dict) else plain_text(arguments)


def _tool_calls(calls: object) -> str:
    return "\n".join(map(_arguments, calls)) if isinstance(calls, list) else ""


def _parsed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else ""


_PLACES: Mapping[str, Callable[[object], str]] = {
    CONTENT: plain_text,
    "parsed": _parsed,
    "tool_calls": _tool_calls,
    "function_call": _arguments,
    "reasoning_content": _thinking,
    "reasoning": _thinking,
    "reasoning_details": _thinking,
    "thinking": _thinking,
}

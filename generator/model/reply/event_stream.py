"""Reads event streams of servers that stream although no stream was requested: the chunks, and the completion in them."""

import json
from typing import Any


def chunks_of(raw: bytes) -> list[dict[str, Any]]:
    """The JSON objects of an event stream, in order; empty for bytes that are none."""
    found = []
    for line in raw.decode(errors="replace").splitlines():
        name, _, data = line.partition(":")
        if name.strip() != "data":
            continue
        try:
            chunk = json.loads(data)
        except (ValueError, RecursionError):
            continue  # "[DONE]", or a chunk that was cut off
        if isinstance(chunk, dict):
            found.append(chunk)
    return found


def is_json_lines(raw: bytes) -> bool:
    """Whether the bytes are JSON objects, one a line, as some servers stream them."""
    lines = raw.strip().splitlines()
    try:
        return len(lines) > 1 and all(isinstance(json.loads(line), dict) for line in lines[:2])
    except (ValueError, RecursionError):
        return False


def completion_of(raw: bytes) -> dict[str, Any] | None:
    """The completion that the chunks of an event stream make together; None where they have no end."""
    chunks = chunks_of(raw)
    completion: dict[str, Any] = {}
    message: dict[str, Any] = {"role": "assistant", "content": ""}
    finish_reason = None
    for chunk in chunks:
        completion |= {key: value for key, value in chunk.items() if key != "choices" and value is not None}
        for choice in _first_choices(chunk):
            finish_reason = choice.get("finish_reason") or finish_reason
            for key, value in _parts(choice).items():
                if isinstance(value, str) and key != "role":
                    message[key] = f"{message.get(key) or ''}{value}"
    if finish_reason is None or "error" in completion:
        return None
    return {**completion, "choices": [{"index": 0, "finish_reason": finish_reason, "message": message}]}


def _first_choices(chunk: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a chunk that belong to the first choice."""
    choices = chunk.get("choices")
    found = [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []
    return [choice for choice in found if choice.get("index") in (None, 0)]


def _parts(choice: dict[str, Any]) -> dict[str, Any]:
    """What a choice adds to the message; some servers send the whole message at once."""
    parts = choice.get("delta") or choice.get("message")
    return parts if isinstance(parts, dict) else {}

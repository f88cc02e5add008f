"""Reads answers in the shape of the Responses API, which some providers write into files of the Batch API."""

from typing import Any

_FINISH_REASONS = {"max_output_tokens": "length"}


def as_completion(data: dict[str, Any]) -> dict[str, Any]:
    """An answer of the Responses API as a chat completion; any other object unchanged.

    An answer that failed, or was not finished, becomes a completion with the finish reason ``error``.
    """
    if data.get("object") != "response" or "choices" in data:
        return data
    parts = [part for item in _objects(data.get("output")) for part in _objects(item.get("content"))]
    message = {
        "role": "assistant",
        "content": _joined(parts, "output_text", "text"),
        "refusal": _joined(parts, "refusal", "refusal") or None,
    }
    choice = {"index": 0, "message": message, "finish_reason": _finish_reason(data)}
    return {**data, "choices": [choice], "usage": _usage(data.get("usage"))}


def _finish_reason(data: dict[str, Any]) -> str:
    status = data.get("status", "completed")
    if status == "completed":
        return "stop"
    if status != "incomplete":
        return "error"
    details = data.get("incomplete_details")
    reason = str(details.get("reason") or "") if isinstance(details, dict) else ""
    return _FINISH_REASONS.get(reason, reason or "length")


def _usage(usage: object) -> object:
    """The usage with the names that a chat completion has."""
    if not isinstance(usage, dict):
        return usage
    return {
        "prompt_tokens": usage.get("input_tokens"),
        "completion_tokens": usage.get("output_tokens"),
        "prompt_tokens_details": usage.get("input_tokens_details"),
        "completion_tokens_details": usage.get("output_tokens_details"),
    }


def _joined(parts: list[dict[str, Any]], kind: str, name: str) -> str:
    return "".join(str(part.get(name) or "") for part in parts if part.get("type") == kind)


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

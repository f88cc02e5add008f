"""The JSON of chat completions and errors, as the OpenAI API words them."""

from collections.abc import Mapping
from typing import Any

from generator.extractive.answering import MODEL_NAME
from generator.model.replies import OFFLINE_FINGERPRINT

BYTES_PER_TOKEN = 4


def tokens(text: str) -> int:
    """A rough token count: four bytes each, one at least."""
    return max(1, -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN))


def prompt_tokens(body: Mapping[str, Any]) -> int:
    """The rough token count of a request's messages."""
    return sum(tokens(str(message.get("content") or "")) + 4 for message in body["messages"])


def completion(
    request_id: str,
    created: int,
    body: Mapping[str, Any],
    content: str | None,
    *,
    finish_reason: str = "stop",
    refusal: str | None = None,
) -> dict[str, Any]:
    """A ``chat.completion`` object; its usage is counted by bytes."""
    asked = prompt_tokens(body)
    answered = tokens(content or refusal or "")
    return {
        "id": f"chatcmpl-{request_id}",
        "object": "chat.completion",
        "created": created,
        "model": str(body.get("model") or MODEL_NAME),
        "system_fingerprint": OFFLINE_FINGERPRINT,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
                "logprobs": None,
                "finish_reason": finish_reason,
            }
        ],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
    }


def capped(content: str, cap: int | None) -> tuple[str, str]:
    """The content within ``cap`` tokens and its finish reason."""
    if cap is None or tokens(content) <= cap:
        return content, "stop"
    return content.encode()[: cap * BYTES_PER_TOKEN].decode("utf-8", "ignore"), "length"


def error(message: str, kind: str, *, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    """An error body."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}

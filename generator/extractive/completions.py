"""The JSON of chat completions and models, as in the OpenAI API. Tokens are estimated from bytes."""

import hashlib
from collections.abc import Mapping
from typing import Any

from generator.extractive import MODEL_NAME
from generator.extractive.request_checks import output_cap
from generator.model.reply.reply import OFFLINE_FINGERPRINT

BYTES_PER_TOKEN = 4


def count_tokens(text: str) -> int:
    """A rough count of tokens: one for every four bytes, at least one."""
    return max(1, -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN))


def count_prompt_tokens(body: Mapping[str, Any]) -> int:
    """A rough count of the tokens of a request's messages."""
    return sum(count_tokens(str(message.get("content") or "")) + 4 for message in body["messages"])


def reply_id(number: int, raw: bytes) -> str:
    """The id of a completion, which depends only on the request's number and body."""
    return hashlib.sha256(b"%d:%s" % (number, raw)).hexdigest()[:24]


def reply_headers(number: int) -> dict[str, str]:
    """The headers that the API adds to the reply of request ``number``."""
    return {"x-request-id": f"req_{number:08d}", "openai-version": "2020-10-01"}


def completion(
    reply_id: str,
    created: int,
    body: Mapping[str, Any],
    content: str | None,
    *,
    finish_reason: str = "stop",
    refusal: str | None = None,
) -> dict[str, Any]:
    """A ``chat.completion`` object.

    Args:
        reply_id: from ``reply_id``.
        created: seconds since 1970.
        body: the request.
        content: the text of the message; None if there is none.
        finish_reason: why the reply ends.
        refusal: the model's refusal, if it refuses.
    """
    asked = count_prompt_tokens(body)
    answered = count_tokens(content or refusal or "")
    return {
        "id": f"chatcmpl-{reply_id}",
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


def capped_completion(reply_id: str, created: int, body: Mapping[str, Any], content: str) -> dict[str, Any]:
    """A ``chat.completion`` object whose content is cut at the request's output cap."""
    kept, finish_reason = cap_content(content, output_cap(body))
    return completion(reply_id, created, body, kept, finish_reason=finish_reason)


def cap_content(content: str, cap: int | None) -> tuple[str, str]:
    """The content, cut after ``cap`` tokens, and the finish reason."""
    if cap is None or count_tokens(content) <= cap:
        return content, "stop"
    return content.encode()[: cap * BYTES_PER_TOKEN].decode("utf-8", "ignore"), "length"


def model_object(name: str) -> dict[str, Any]:
    """A ``model`` object."""
    return {"id": name, "object": "model", "created": 0, "owned_by": "offline"}

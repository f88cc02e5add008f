"""Answers to the requests of a batch, as a provider writes them."""

import json
from typing import Any

from generator.fake_openai.canned import CANNED_CONTENT

LONG = "Enzymes speed up reactions, " * 8


def completion(content: str, tokens: tuple[int, int] = (2000, 700)) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return {"id": "c", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}


def answer(custom_id: str, content: str = CANNED_CONTENT) -> bytes:
    response = {"status_code": 200, "request_id": "r", "body": completion(content)}
    return (
        json.dumps({"id": "b", "custom_id": custom_id, "response": response, "error": None}).encode() + b"\n"
    )

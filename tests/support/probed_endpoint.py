"""An endpoint for the tests of ``doctor``: it copies the code words, in the ways and within the limits that a test sets."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.support.replies import failure

_WORD = re.compile(r"The (first|last) code word is ([A-Z0-9]+)")
_NUMBERS = " ".join(map(str, range(1, 401)))


@dataclass
class ProbedEndpoint:
    """How the endpoint answers.

    Args:
        refuses: parameters that it refuses by name; ``json_schema`` for the strict response format.
        prose: how many replies have no JSON.
        window: tokens that its context window has; ``cuts`` says whether it cuts what is longer, and refuses it else.
        ignores_cap: the names of the output cap that it does not know.
        cached: tokens that it reads from its cache when a system message comes again.
        message: puts the content of a reply into another message.
        models: entries of its list of models; None for an endpoint without one.
        fails: the error of every completion from the ``fails_from``-th on.
        lost: the words that the model never copies.
    """

    refuses: frozenset[str] = frozenset()
    prose: int = 0
    window: int | None = None
    cuts: bool = False
    ignores_cap: frozenset[str] = frozenset()
    cached: int = 0
    message: Any = None
    models: list[dict[str, Any]] | None = field(default_factory=lambda: [{"id": "test-model"}])
    fails: httpx2.Response | None = None
    fails_from: int = 1
    lost: frozenset[str] = frozenset()
    headers: dict[str, str] = field(default_factory=dict)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            if self.models is None:
                return failure(404, message="Not Found")
            return httpx2.Response(200, json={"object": "list", "data": self.models})
        body = json.loads(request.content)
        self.bodies.append(body)
        if self.fails is not None and len(self.bodies) >= self.fails_from:
            return self.fails
        return self._refusal(body) or self._completion(body)

    def _refusal(self, body: dict[str, Any]) -> httpx2.Response | None:
        kind = body.get("response_format", {}).get("type")
        if kind in self.refuses:
            return failure(400, message=f"response_format of type {kind} is not supported")
        for name in body:
            if name in self.refuses:
                return failure(400, message=f"Unknown parameter: '{name}'.")
        tokens = len(_text(body)) // 4
        cap = body.get("max_completion_tokens") or body.get("max_tokens")
        if self.window is not None and not self.cuts and tokens + cap > self.window:
            message = (
                f"This model's maximum context length is {self.window} tokens. However, you requested"
                f" {tokens + cap} tokens ({tokens} in the messages, {cap} in the completion)."
            )
            return failure(400, "context_length_exceeded", message)
        return None

    def _completion(self, body: dict[str, Any]) -> httpx2.Response:
        text = _text(body)
        if self.window is not None and self.cuts:
            text = text[-self.window * 4 :]
        words = dict(_WORD.findall(text)) or {"first": _NUMBERS, "last": "END"}
        words = {"first": "", "last": "", **words, **dict.fromkeys(self.lost, "")}
        content = json.dumps(words)
        if self.prose:
            self.prose -= 1
            content = "The words are these."
        caps = [body[name] for name in ("max_completion_tokens", "max_tokens") if name in body]
        known = [name for name in ("max_completion_tokens", "max_tokens") if name in body]
        cap = caps[0] if known and known[0] not in self.ignores_cap else 10**6
        cut = len(content) // 4 > cap
        content = content[: cap * 4] if cut else content
        again = any(_system(body) == _system(other) for other in self.bodies[:-1])
        usage = {
            "prompt_tokens": len(text) // 4,
            "completion_tokens": max(len(content) // 4, 1),
            "prompt_tokens_details": {"cached_tokens": self.cached if again else 0},
        }
        message = self.message(content) if self.message else {"role": "assistant", "content": content}
        choice = {"index": 0, "finish_reason": "length" if cut else "stop", "message": message}
        return httpx2.Response(
            200, json={"model": body["model"], "choices": [choice], "usage": usage}, headers=self.headers
        )


def _text(body: dict[str, Any]) -> str:
    return "\n".join(
        message["content"] if isinstance(message["content"], str) else message["content"][0]["text"]
        for message in body["messages"]
    )


def _system(body: dict[str, Any]) -> Any:
    return body["messages"][0]["content"]

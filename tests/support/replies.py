"""Model replies for tests: a good draft, ways to spoil it, and an endpoint that answers from a script."""

import json
from collections.abc import Callable
from typing import Any

import httpx2

GOOD: dict[str, Any] = {
    "cannot_answer": None,
    "introduction": (
        "Enzymes speed up chemical reactions in living cells by lowering the activation energy that the reactants"
        " need. Without them most reactions of metabolism would run millions of times too slowly to keep a cell alive."
    ),
    "points": [
        {
            "heading": "Active Site Binding",
            "body": (
                "A substrate fits into a pocket of the enzyme, the active site, where weak bonds hold it in place."
                " Lysozyme, for example, grips six sugar units of a bacterial wall at once and strains the bond that"
                " it is about to cut."
            ),
        },
        {
            "heading": "Lower Activation Energy",
            "body": (
                "The enzyme stabilises the transition state, so less energy is needed to reach it. Catalase lowers the"
                " barrier of hydrogen peroxide breakdown from about 75 to 23 kilojoules per mole, which makes the"
                " reaction more than a million times faster."
            ),
        },
        {
            "heading": "Induced Fit",
            "body": (
                "Binding changes the shape of the protein slightly. Hexokinase closes around glucose like a hand,"
                " shuts water out of the active site and brings the phosphate group into the right position for the"
                " transfer."
            ),
        },
        {
            "heading": "Temperature and Acidity",
            "body": (
                "Each enzyme works best in a narrow range. Human enzymes peak near 37 degrees Celsius and unfold above"
                " roughly 45; pepsin wants the strong acid of the stomach at pH 2, while trypsin needs the mildly basic"
                " gut at pH 8."
            ),
        },
        {
            "heading": "Inhibitors and Control",
            "body": (
                "Cells switch enzymes on and off. A competitive inhibitor blocks the active site, as statins do with"
                " HMG-CoA reductase, whereas an allosteric one binds elsewhere and bends the protein out of its working"
                " shape until the product is used up."
            ),
        },
    ],
    "conclusion": (
        "Because an enzyme is unchanged by the reaction, a small amount serves again and again: one molecule of"
        " carbonic anhydrase handles about a million carbon dioxide molecules each second. This is also why a single"
        " faulty enzyme can cause a disease such as phenylketonuria."
    ),
    "page_description": (
        "Enzymes speed up reactions by lowering activation energy: active site, induced fit, temperature, inhibitors."
    ),
    "page_keywords": [
        "enzymes",
        "activation energy",
        "active site",
        "induced fit",
        "substrate",
        "catalase",
        "hexokinase",
        "allosteric inhibitors",
        "pepsin",
    ],
}
QUESTION = "How do enzymes speed up chemical reactions?"


def spoilt(**changes: Any) -> dict[str, Any]:
    """The good draft with some fields replaced."""
    return {**GOOD, **changes}


def declined(reason: str) -> dict[str, Any]:
    """A reply that gives no article."""
    texts = {"introduction": "", "conclusion": "", "page_description": ""}
    return {**texts, "points": [], "page_keywords": [], "cannot_answer": reason}


def completion(
    content: str | dict[str, Any],
    *,
    finish_reason: str = "stop",
    usage: tuple[int, int] = (2000, 700),
    **message: Any,
) -> httpx2.Response:
    """A chat completion as an endpoint sends it."""
    text = content if isinstance(content, str) else json.dumps(content)
    return httpx2.Response(
        200,
        json={
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "test-model-2026",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish_reason,
                    "message": {"role": "assistant", "content": text, **message},
                }
            ],
            "usage": {
                "prompt_tokens": usage[0],
                "completion_tokens": usage[1],
                "total_tokens": sum(usage),
                "prompt_tokens_details": {"cached_tokens": 1024},
            },
        },
        headers={"x-request-id": "req_1"},
    )


def failure(status: int, code: str | None = None, message: str = "no", **headers: str) -> httpx2.Response:
    """An error as an endpoint sends it."""
    body = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    return httpx2.Response(status, json=body, headers=headers)


class Endpoint:
    """Answers each request from a script, or by a function of the request's body; keeps what was sent."""

    def __init__(
        self, *script: httpx2.Response, by: Callable[[dict[str, Any]], httpx2.Response] | None = None
    ) -> None:
        self._script = list(script)
        self._by = by
        self.requests: list[dict[str, Any]] = []

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def schema_names(self) -> list[str]:
        """What each request asked for."""
        return [request["response_format"]["json_schema"]["name"] for request in self.requests]

    def answer(self, body: dict[str, Any]) -> httpx2.Response:
        """The answer to a request with this body."""
        self.requests.append(body)
        if self._by is not None:
            return self._by(body)
        return self._script.pop(0)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        return self.answer(json.loads(request.content))

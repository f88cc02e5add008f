"""What goes wrong on purpose: which request fails and how, drawn from a seed and the request's number.

A retry has another number, so it draws again; the same seed and order give the same faults.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from generator.extractive.completions import completion

Fault = Literal[
    "429",
    "500",
    "503",
    "drop",
    "drop_body",
    "truncated",
    "cut",
    "schema",
    "content",
    "refusal",
    "filter",
    "html",
    "slow",
]
ALL_FAULTS: tuple[Fault, ...] = get_args(Fault)
DEFAULT_FAULTS: tuple[Fault, ...] = tuple(fault for fault in ALL_FAULTS if fault != "slow")
STATUS_FAULTS = {"429": 429, "500": 500, "503": 503}
"""Faults that are an error status."""

HTML_PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """``rate`` of the requests fail with one of ``kinds``, and ``slow`` of all answer too late."""

    rate: float = 0.0
    kinds: tuple[Fault, ...] = DEFAULT_FAULTS
    seed: int = 0
    slow: float = 0.0

    def draw(self, number: int) -> Fault | None:
        """The fault of the request with this number, if any."""
        if not self.rate and not self.slow:
            return None
        rng = random.Random(f"{self.seed}:{number}")
        if rng.random() < self.rate and self.kinds:
            return rng.choice(self.kinds)
        return "slow" if rng.random() < self.slow else None


def spoiled(
    fault: Fault, request_id: str, created: int, body: Mapping[str, Any], content: str
) -> dict[str, Any]:
    """A completion that arrives whole with status 200 and is of no use."""
    if fault == "truncated":
        return completion(request_id, created, body, _part(content), finish_reason="length")
    if fault == "cut":
        return completion(request_id, created, body, _part(content))
    if fault == "refusal":
        refusal = "I'm sorry, but I can't help with that request."
        return completion(request_id, created, body, None, refusal=refusal)
    if fault == "filter":
        return completion(request_id, created, body, _part(content), finish_reason="content_filter")
    changed = _against_schema(content) if fault == "schema" else _bad_content(content)
    return completion(request_id, created, body, changed)


def _part(content: str) -> str:
    return content[: max(1, len(content) * 2 // 5)]


def _against_schema(content: str) -> str:
    """Fields missing and of the wrong type."""
    value = _object(content)
    value.pop("points", None)
    value["introduction"] = 17
    value["page_description"] = ["not", "a", "text"]
    value["page_keywords"] = {"not": "a list"}
    return json.dumps(value, ensure_ascii=False)


def _bad_content(content: str) -> str:
    """The schema kept, the house style broken: a description too long, one point, a keyword twice."""
    value = _object(content)
    value["page_description"] = "This content discusses " + "the many aspects of the question, " * 6
    if isinstance(value.get("points"), list):
        value["points"] = value["points"][:1]
    if isinstance(value.get("page_keywords"), list):
        value["page_keywords"] = [*value["page_keywords"], *value["page_keywords"][:1]]
    return json.dumps(value, ensure_ascii=False)


def _object(content: str) -> dict[str, Any]:
    start, end = content.find("{"), content.rfind("}")
    try:
        value = json.loads(content[start : end + 1])
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}

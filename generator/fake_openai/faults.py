"""Faults of the test server: decides from a seed and the number of a request whether and how it fails.

A retry has another number, so it may have another fault. The same seed and order give the same faults.
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
"""The faults that are an error status, with the status."""

HTML_PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Which requests fail, and how.

    Args:
        rate: the share of requests that fail with one of ``kinds``, 0 to 1.
        kinds: the faults to choose from.
        seed: the same seed gives the same faults.
        slow: the share of the other requests that are answered too late, 0 to 1.
    """

    rate: float = 0.0
    kinds: tuple[Fault, ...] = DEFAULT_FAULTS
    seed: int = 0
    slow: float = 0.0

    def draw(self, number: int) -> Fault | None:
        """The fault of the request with this number; None if it has none."""
        if not self.rate and not self.slow:
            return None
        rng = random.Random(f"{self.seed}:{number}")
        if rng.random() < self.rate and self.kinds:
            return rng.choice(self.kinds)
        return "slow" if rng.random() < self.slow else None


def spoiled_completion(
    fault: Fault, request_id: str, created: int, body: Mapping[str, Any], content: str
) -> dict[str, Any]:
    """A completion with status 200 that the client cannot use.

    Args:
        fault: one that changes the completion.
        request_id: the id of the completion.
        created: seconds since 1970.
        body: the request.
        content: the correct content.
    """
    if fault == "truncated":
        return completion(request_id, created, body, _first_part(content), finish_reason="length")
    if fault == "cut":
        return completion(request_id, created, body, _first_part(content))
    if fault == "refusal":
        refusal = "I'm sorry, but I can't help with that request."
        return completion(request_id, created, body, None, refusal=refusal)
    if fault == "filter":
        return completion(request_id, created, body, _first_part(content), finish_reason="content_filter")
    content_with_fault = _violate_schema(content) if fault == "schema" else _violate_house_rules(content)
    return completion(request_id, created, body, content_with_fault)


def _first_part(content: str) -> str:
    return content[: max(1, len(content) * 2 // 5)]


def _violate_schema(content: str) -> str:
    """The content with missing fields and fields of the wrong type."""
    value = _parse_object(content)
    value.pop("points", None)
    value["introduction"] = 17
    value["page_description"] = ["not", "a", "text"]
    value["page_keywords"] = {"not": "a list"}
    return json.dumps(value, ensure_ascii=False)


def _violate_house_rules(content: str) -> str:
    """The content with valid fields that violate the house rules: long description, one point, repeated keyword."""
    value = _parse_object(content)
    value["page_description"] = "This content discusses " + "the many aspects of the question, " * 6
    if isinstance(value.get("points"), list):
        value["points"] = value["points"][:1]
    if isinstance(value.get("page_keywords"), list):
        value["page_keywords"] = [*value["page_keywords"], *value["page_keywords"][:1]]
    return json.dumps(value, ensure_ascii=False)


def _parse_object(content: str) -> dict[str, Any]:
    start, end = content.find("{"), content.rfind("}")
    try:
        value = json.loads(content[start : end + 1])
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}

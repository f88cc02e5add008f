"""The table of checks: how each is probed, what each outcome means, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from generator.workflows.doctor import endpoint_checks as endpoint
from generator.workflows.doctor import parameter_checks as parameter
from generator.workflows.doctor.evidence import Evidence, Step
from generator.workflows.doctor.requests import Finding
from generator.workflows.doctor.verdict import Verdict


class Check(NamedTuple):
    """One check of an endpoint.

    Args:
        name: stable, for programs.
        title: for a person.
        step: the step of the probe that it needs; where this was not made, nothing is known.
        judge: what was found, by what the probe saw.
    """

    name: str
    title: str
    step: Step
    judge: Callable[[Evidence], Verdict]


ENDPOINT = "endpoint"
ENDPOINT_CHECKS: tuple[Check, ...] = (
    Check("address", "address", "models", endpoint.address),
    Check("key", "API key", "reply", endpoint.key),
    Check("model", "model", "reply", endpoint.model),
    Check("shutdown", "model's end", "models", endpoint.shutdown),
    Check("format", "structured output", "reply", endpoint.response_format),
    Check("place", "place of the JSON", "reply", endpoint.place),
    Check("thinking", "thinking", "reply", endpoint.thinking),
    Check("configured", "model.parameters", "reply", parameter.configured),
    Check("cap", "output cap", "cap", endpoint.output_cap),
    Check("seed", "seed", "parameters", parameter.seed),
    Check("reasoning_effort", "reasoning_effort", "parameters", parameter.reasoning_effort),
    Check("service_tier", "service_tier", "parameters", parameter.service_tier),
    Check("prompt_cache_key", "prompt_cache_key", "parameters", parameter.cache_key),
    Check("prompt_cache_options", "prompt_cache_options", "parameters", parameter.cache_options),
    Check("window", "context window", "window", endpoint.window),
    Check("cache", "cached tokens", "cache", endpoint.cached_tokens),
    Check("limits", "rate limits", "reply", endpoint.rate_limits),
)
"""The checks of an endpoint, in the order in which they are shown."""


def judge_endpoint(evidence: Evidence) -> tuple[Finding, ...]:
    """What all checks of the endpoint find."""
    return tuple(_finding(check, evidence) for check in ENDPOINT_CHECKS)


def _finding(check: Check, evidence: Evidence) -> Finding:
    tried = evidence.was_tried(check.step)
    verdict = check.judge(evidence) if tried else Verdict("unknown", "not checked")
    return Finding(ENDPOINT, check.name, check.title, *verdict)

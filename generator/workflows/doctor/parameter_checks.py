"""The checks of which parameters an endpoint takes: those of the settings, and further ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.prompt_caching import CACHE_KEY, CACHE_OPTIONS, has_marks
from generator.model.requests import CAP
from generator.workflows.doctor.verdict import Verdict

if TYPE_CHECKING:
    from generator.workflows.doctor.evidence import Evidence


def configured(evidence: Evidence) -> Verdict:
    """Whether the endpoint takes the parameters that the settings send."""
    names = [name for name in evidence.goal.parameters if name != CAP]
    refused = sorted(evidence.profile.parameter_rules.dropped.intersection(names))
    if refused:
        return Verdict(
            "warning",
            f"{', '.join(refused)} refused, and not sent",
            "remove it from model.parameters, or give it a value that the model takes",
        )
    return Verdict("ok", f"{', '.join(names)} taken" if names else "none besides the output cap")


def seed(evidence: Evidence) -> Verdict:
    """Whether seeds are taken."""
    return _further(evidence, "seed")


def reasoning_effort(evidence: Evidence) -> Verdict:
    """Whether ``reasoning_effort`` is taken."""
    return _further(evidence, "reasoning_effort")


def service_tier(evidence: Evidence) -> Verdict:
    """Whether ``service_tier`` is taken."""
    return _further(evidence, "service_tier")


def cache_key(evidence: Evidence) -> Verdict:
    """Whether ``prompt_cache_key`` is taken; if so, later runs send it."""
    return _caching(evidence, CACHE_KEY)


def cache_options(evidence: Evidence) -> Verdict:
    """Whether the mark of what is cached is taken; if so, later runs send it."""
    if not has_marks(evidence.goal.model):
        return Verdict("ok", "not used with this model")
    return _caching(evidence, CACHE_OPTIONS)


def _further(evidence: Evidence, name: str) -> Verdict:
    if name in evidence.goal.parameters:
        refused = name in evidence.profile.parameter_rules.dropped
        return Verdict("ok", f"set in model.parameters, {'refused' if refused else 'taken'}")
    if name in evidence.untested:
        return Verdict("unknown", f"not checked: {evidence.reason_of('parameters') or 'the call failed'}")
    return Verdict("ok", "refused" if name in evidence.refused else "taken, or ignored")


def _caching(evidence: Evidence, name: str) -> Verdict:
    if name in evidence.untested:
        return Verdict("unknown", "not checked: the call failed; it is not sent")
    if name in evidence.refused:
        return Verdict("ok", "refused, and not sent")
    return Verdict("ok", "taken, or ignored; runs send it")

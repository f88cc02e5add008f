"""Derives how to ask an endpoint next from an answer that refused a request's format, a parameter or its output cap.

Compatible servers differ: some support no JSON schema, some know only the old name of the output cap, reasoning models
accept no temperature. They refuse a request with a 4xx that names the parameter, and often what it may be at most.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.model.failures import ErrorBody
from generator.model.failures.meanings import ErrorAnswer, meaning_of
from generator.model.failures.stated_limits import stated_limits
from generator.model.limits.output_limits import OutputLimits
from generator.model.prompt_caching import CACHE_MARK, CACHE_OPTIONS
from generator.model.requests import CAP, OLD_CAP, EndpointProfile, ModelRequest, prompt_bytes, sent_cap

# 404: OpenRouter's "no endpoints found that can handle the requested parameters"; 500 and 501: llama.cpp
# and Ollama for a schema they cannot compile.
_REFUSING = frozenset({400, 404, 415, 422, 500, 501})
# Statuses of requests that are too long; 429 for those above a limit per minute.
_TOO_LONG = frozenset({400, 413, 422, 429, 500})

_FORMAT = re.compile(
    r"response_format|response format|json_schema|json schema|json_object|json mode|guided|structured.?output"
    r"|xgrammar|outlines|failed to parse grammar|grammar error|invalid schema|handle the requested parameters"
)
_NOT_FORMAT = re.compile(r"json_validate_failed|context.?length|content.?filter")

_UNSUPPORTED = re.compile(
    r"unsupported|not supported|does ?n[o']t support|do not support|unrecognized|unrecognised|unknown"
    r"|extra_forbidden|extra inputs|extra fields|additional properties|unexpected|not permitted|not allowed"
    r"|unsupportedparams|no such parameter|not available|only the default|deprecated|use .{0,40} instead"
)


@dataclass(frozen=True)
class Refusal:
    """A request and the error that answered it.

    Args:
        status: of the answer; where it came with a success status, the one that the error states.
        body: of the answer.
        request: what was asked.
        sent: the body of the request, as it was sent.
    """

    status: int
    error: ErrorBody
    body: bytes
    request: ModelRequest
    sent: Mapping[str, Any]


def profile_after_refusal(profile: EndpointProfile, refusal: Refusal) -> EndpointProfile | None:
    """What an endpoint accepts, after it refused a request.

    Args:
        profile: the profile that the request was made with.

    Returns:
        None where the answer refuses neither the format nor a parameter of the request, nor its length.
    """
    limits = _limits_after(profile, refusal)
    if limits is not None:
        return profile.with_limits(limits)
    if refusal.status not in _REFUSING:
        return None
    words = refusal.error.words
    if _UNSUPPORTED.search(words):
        changed = _without_parameter(profile, refusal)
        if changed is not None:
            return changed
    if "response_format" in refusal.sent and _FORMAT.search(words) and not _NOT_FORMAT.search(words):
        return profile.with_simpler_mode()
    return None


def is_worth_repeating(refusal: Refusal, before: EndpointProfile, after: EndpointProfile) -> bool:
    """Whether the request differs under the profile that was derived from its refusal: its output cap, if its limits do."""
    if after == before.with_limits(after.parameter_rules.limits):
        return sent_cap(refusal.request, after.parameter_rules) < sent_cap(
            refusal.request, before.parameter_rules
        )
    return True


def _limits_after(profile: EndpointProfile, refusal: Refusal) -> OutputLimits | None:
    """The limits that the answer states; None where the request was not refused for its length or its output cap."""
    if refusal.status not in _TOO_LONG:
        return None
    rules = profile.parameter_rules
    cap = sent_cap(refusal.request, rules)
    stated = stated_limits(refusal.error, refusal.body, cap=cap)
    if stated.cap is not None:
        return OutputLimits(stated.cap, rules.limits.window, rules.limits.bytes_per_token)
    meaning = meaning_of(ErrorAnswer(refusal.status, refusal.error, refusal.body))
    if meaning.kind != "too_long" or stated.window is None:
        return None
    learned = rules.limits.with_window(stated.window, prompt_bytes(refusal.request), stated.prompt_tokens)
    return learned if learned != rules.limits else learned.with_denser_prompts()


def _without_parameter(profile: EndpointProfile, refusal: Refusal) -> EndpointProfile | None:
    refused = _refused_parameter(refusal.error, refusal.sent)
    if refused == CAP:
        return profile.with_cap(OLD_CAP)
    if refused == OLD_CAP:
        return profile.with_cap(CAP, refused_old=True)
    return profile.without_parameter(refused) if refused is not None else None


def _refused_parameter(error: ErrorBody, sent: Mapping[str, Any]) -> str | None:
    """The parameter that the error is about: its ``param``, or the sent parameter that its text names first."""
    candidates = [name for name in sent if name not in ("model", "messages", "response_format")]
    if error.param in candidates:
        return error.param
    if CACHE_OPTIONS in sent and CACHE_MARK in f"{error.param} {error.words}":
        return CACHE_OPTIONS  # the mark is sent only with it
    if error.param and error.param.partition(".")[0] in ("messages", "model", "response_format"):
        return None
    found = []
    for name in candidates:
        match = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", error.words)
        if match:
            found.append((match.start(), name))
    return min(found)[1] if found else None

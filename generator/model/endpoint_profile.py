"""Learns from refusals and replies how an endpoint wants to be asked, and remembers it per endpoint and model.

Compatible servers differ in what they take: some know no JSON schema, some only the old name of the output
cap, reasoning models no temperature. Each says so by a 4xx that names the thing; ``adapted`` turns such an
answer into the profile to use next. A memory keeps profiles as opaque text, so that the store which
implements it needs to know nothing of them.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from generator.model.errors import ErrorBody
from generator.model.replies import Reply
from generator.model.requests import CAP, OLD_CAP, EndpointProfile, Mode

# 404: OpenRouter's "no endpoints found that can handle the requested parameters"; 500 and 501: llama.cpp
# and Ollama for a schema they cannot compile.
_REFUSING = frozenset({400, 404, 415, 422, 500, 501})

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


class ProfileStore(Protocol):
    """Keeps what was learned about an endpoint, as text, for one model each."""

    def get(self, endpoint: str, model: str) -> str | None:
        """What was set last, or None."""
        ...

    def set(self, endpoint: str, model: str, profile: str) -> None:
        """Keep it, in place of what was known."""
        ...


class InMemoryProfileStore:
    """A memory that lasts as long as the object."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def get(self, endpoint: str, model: str) -> str | None:
        """What was set last, or None."""
        return self._known.get((endpoint, model))

    def set(self, endpoint: str, model: str, profile: str) -> None:
        """Keep it, in place of what was known."""
        self._known[endpoint, model] = profile


class EndpointProfiles:
    """How one endpoint is asked for each model, as far as is known; what is learned is kept in ``memory``."""

    def __init__(self, endpoint: str, memory: ProfileStore) -> None:
        self._endpoint = endpoint
        self._memory = memory
        self._known: dict[str, EndpointProfile] = {}
        self._kept: dict[str, str] = {}
        # Modes that served, for models that are asked more plainly on trial.
        self._proven: dict[str, Mode] = {}

    def of(self, model: str) -> EndpointProfile:
        """How the endpoint is asked for a model."""
        if model not in self._known:
            self._known[model] = EndpointProfile.load(self._memory.get(self._endpoint, model))
            self._kept[model] = self._known[model].dump()
        return self._known[model]

    def learn_from_refusal(
        self, model: str, asked: EndpointProfile, status: int, error: ErrorBody, sent: Mapping[str, Any]
    ) -> EndpointProfile | None:
        """The profile to use after this answer, or None when the answer is no refusal of how it was asked."""
        learned = adapted(asked, status, error, sent)
        if learned is None:
            return None
        current = self.of(model)
        if current != asked:  # another call in flight was refused first, and has learned for all
            return current
        learned = replace(learned, overrun=current.overrun)
        self._keep(model, learned)
        return learned

    def learn_from_ignored_mode(self, model: str, mode: Mode) -> None:
        """The endpoint took ``mode`` without a word and did not keep to it: ask more plainly from now on.

        In the simpler modes the schema stands in the prompt, where any model sees it. Later runs ask so only if
        a reply shows that it helps.
        """
        current = self.of(model)
        lower = current.step_down()
        if current.mode == mode and lower is not None:
            self._proven.setdefault(model, mode)
            self._keep(model, lower)

    def learn_from_reply(self, model: str, reply: Reply, cap_parameter: str) -> None:
        """Learn from a reply whose cap was sent as ``cap_parameter``: whether it kept to it, and to its mode."""
        current = self.of(model)
        if reply.mode == current.mode and "{" in reply.content:
            self._proven.pop(model, None)
        learned = current
        if reply.usage is not None:
            overrun = current.overrun.after(
                reply.usage.completion_tokens,
                cap=reply.output_cap,
                held=len(reply.raw),
                asked=cap_parameter,
                current=current.parameter_rules.cap_parameter,
            )
            # Some endpoints cap what is written and count what was thought besides: they know the parameter.
            written = reply.usage.completion_tokens - reply.usage.reasoning_tokens
            learned = current.with_cap_ignored() if written > reply.output_cap else current
            learned = replace(learned, overrun=overrun)
        self._keep(model, learned)

    def _keep(self, model: str, profile: EndpointProfile) -> None:
        self._known[model] = profile
        text = replace(profile, mode=self._proven.get(model, profile.mode)).dump()
        if text != self._kept[model]:
            self._kept[model] = text
            self._memory.set(self._endpoint, model, text)


def adapted(
    profile: EndpointProfile, status: int, error: ErrorBody, sent: Mapping[str, Any]
) -> EndpointProfile | None:
    """The profile to use after this answer, or None when the answer is no refusal of how it was asked."""
    if status not in _REFUSING:
        return None
    words = error.words
    if _UNSUPPORTED.search(words):
        changed = _without_parameter(profile, error, sent)
        if changed is not None:
            return changed
    if "response_format" in sent and _FORMAT.search(words) and not _NOT_FORMAT.search(words):
        return profile.step_down()
    return None


def _without_parameter(
    profile: EndpointProfile, error: ErrorBody, sent: Mapping[str, Any]
) -> EndpointProfile | None:
    named = _named(error, sent)
    if named == CAP:
        return profile.with_cap(OLD_CAP)
    if named == OLD_CAP:
        return profile.with_cap(CAP, refused_old=True)
    return profile.without(named) if named is not None else None


def _named(error: ErrorBody, sent: Mapping[str, Any]) -> str | None:
    """The parameter that the error is about: its ``param``, or the first one sent that its text names."""
    candidates = [name for name in sent if name not in ("model", "messages", "response_format")]
    if error.param in candidates:
        return error.param
    if error.param and error.param.partition(".")[0] in ("messages", "model", "response_format"):
        return None
    found = []
    for name in candidates:
        match = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", error.words)
        if match:
            found.append((match.start(), name))
    return min(found)[1] if found else None

"""Learns which request format and parameters an endpoint accepts, for each model, and stores it as a profile.

Compatible servers differ: some support no JSON schema, some know only the old name of the output cap, reasoning models
accept no temperature. They refuse a request with a 4xx that names the parameter; ``profile_after_refusal`` derives the
profile for the next request from this answer. A ``ProfileStore`` stores profiles as text and need not know their format.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from generator.model.errors import ErrorBody
from generator.model.replies import Reply
from generator.model.requests import CAP, MODES, OLD_CAP, EndpointProfile, Mode

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
    """Stores one profile, as text, for each endpoint and model."""

    def get(self, endpoint: str, model: str) -> str | None:
        """The profile that was set last; None without one."""
        ...

    def set(self, endpoint: str, model: str, profile: str) -> None:
        """Store a profile and replace the one before."""
        ...


class InMemoryProfileStore:
    """Stores profiles as long as the object exists."""

    def __init__(self) -> None:
        self._profiles: dict[tuple[str, str], str] = {}

    def get(self, endpoint: str, model: str) -> str | None:
        """See ``ProfileStore``."""
        return self._profiles.get((endpoint, model))

    def set(self, endpoint: str, model: str, profile: str) -> None:
        """See ``ProfileStore``."""
        self._profiles[endpoint, model] = profile


class EndpointProfiles:
    """The profiles of one endpoint, one for each model. What is learned is written to ``store`` at once."""

    def __init__(self, endpoint: str, store: ProfileStore) -> None:
        self._endpoint = endpoint
        self._store = store
        self._current: dict[str, EndpointProfile] = {}
        self._stored: dict[str, str] = {}
        # For models that are asked in a simpler mode on trial: the mode to store until a reply shows that it helps.
        self._mode_before_trial: dict[str, Mode] = {}

    def of(self, model: str) -> EndpointProfile:
        """The current profile for a model; the default one where nothing is known."""
        if model not in self._current:
            self._current[model] = EndpointProfile.load(self._store.get(self._endpoint, model))
            self._stored[model] = self._current[model].dump()
        return self._current[model]

    def learn_from_refusal(
        self, model: str, asked: EndpointProfile, status: int, error: ErrorBody, sent: Mapping[str, Any]
    ) -> EndpointProfile | None:
        """Learn from an answer that refused the format or a parameter of a request.

        Args:
            asked: the profile that the request was made with.
            status, error: of the answer.
            sent: the body of the request.

        Returns:
            The profile for the next attempt; None where the answer refused something else.
        """
        learned = profile_after_refusal(asked, status, error, sent)
        if learned is None:
            return None
        current = self.of(model)
        if asked.mode in current.stronger_modes:  # a probe
            self._update(model, replace(current, modes=current.modes.after_refusal(asked.mode)))
            return current
        if (
            current != asked
        ):  # another call in flight was refused before, and the profile is profile_after_refusal already
            return current
        learned = replace(learned, overrun=current.overrun, modes=current.modes, place=current.place)
        self._update(model, learned)
        return learned

    def for_call(self, model: str) -> EndpointProfile:
        """The profile for the next call: the current one or, now and then, one with a mode that was ignored before."""
        current = self.of(model)
        probe = current.probe()
        if probe is None:
            return current
        self._update(model, replace(current, modes=current.modes.probed()))
        return probe

    def learn_from_ignored_mode(self, model: str, mode: str) -> None:
        """Learn that a reply did not follow ``mode``. Where too many do not, later calls use the next simpler mode.

        In the simpler modes the prompt contains the schema, so any model sees it. The simpler mode is stored for later
        runs only after a reply has shown that it helps.
        """
        if mode not in MODES:
            return
        current = self.of(model)
        learned = replace(current, modes=current.modes.after(mode, followed=False))
        simpler = learned.with_simpler_mode()
        if current.mode == mode and simpler is not None and learned.modes.is_ignored(mode):
            self._mode_before_trial.setdefault(model, current.mode)
            learned = replace(simpler, modes=simpler.modes.probed())
        self._update(model, learned)

    def learn_place(self, model: str, place: str) -> None:
        """Learn in which place of the message whole replies arrive."""
        current = self.of(model)
        if current.place != place:
            self._update(model, replace(current, place=place))

    def learn_from_reply(self, model: str, reply: Reply, cap_parameter: str) -> None:
        """Learn from a reply whether the endpoint follows its mode and its output cap.

        Args:
            cap_parameter: the name under which the reply's output cap was sent.
        """
        current = self.of(model)
        if "{" in reply.content:
            current = self._after_followed_mode(model, current, reply.mode)
        learned = current
        if reply.usage is not None:
            overrun = current.overrun.after(
                reply.usage.completion_tokens,
                cap=reply.output_cap,
                plausible=len(reply.raw),
                sent_as=cap_parameter,
                current_parameter=current.parameter_rules.cap_parameter,
            )
            # Some endpoints apply the cap to the text alone and count reasoning tokens too: they know the parameter.
            written = reply.usage.completion_tokens - reply.usage.reasoning_tokens
            learned = current.with_cap_ignored() if written > reply.output_cap else current
            learned = replace(learned, overrun=overrun)
        self._update(model, learned)

    def _after_followed_mode(self, model: str, current: EndpointProfile, mode: str) -> EndpointProfile:
        """The profile after a reply with JSON. A stronger mode that is followed again becomes the current one."""
        modes = current.modes.after(mode, followed=True)
        if modes is current.modes:
            return current
        current = replace(current, modes=modes)
        if mode == current.mode:
            self._mode_before_trial.pop(model, None)
        for stronger in current.stronger_modes:
            if stronger == mode and not current.modes.is_ignored(mode):
                self._mode_before_trial.pop(model, None)
                return replace(current, mode=stronger)
        return current

    def _update(self, model: str, profile: EndpointProfile) -> None:
        self._current[model] = profile
        text = replace(profile, mode=self._mode_before_trial.get(model, profile.mode)).dump()
        if text != self._stored[model]:
            self._stored[model] = text
            self._store.set(self._endpoint, model, text)


def profile_after_refusal(
    profile: EndpointProfile, status: int, error: ErrorBody, sent: Mapping[str, Any]
) -> EndpointProfile | None:
    """The profile for the next attempt after an error answer.

    Args:
        profile: the profile that the request was made with.
        sent: the body of the request.

    Returns:
        None where the answer does not refuse the format or a parameter of the request.
    """
    if status not in _REFUSING:
        return None
    words = error.words
    if _UNSUPPORTED.search(words):
        changed = _without_parameter(profile, error, sent)
        if changed is not None:
            return changed
    if "response_format" in sent and _FORMAT.search(words) and not _NOT_FORMAT.search(words):
        return profile.with_simpler_mode()
    return None


def _without_parameter(
    profile: EndpointProfile, error: ErrorBody, sent: Mapping[str, Any]
) -> EndpointProfile | None:
    refused = _refused_parameter(error, sent)
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
    if error.param and error.param.partition(".")[0] in ("messages", "model", "response_format"):
        return None
    found = []
    for name in candidates:
        match = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", error.words)
        if match:
            found.append((match.start(), name))
    return min(found)[1] if found else None

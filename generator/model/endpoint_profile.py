"""Learns which request format, parameters and lengths an endpoint accepts, for each model, and stores it as a profile.

It learns from refusals (see ``refusals``) and from replies. A ``ProfileStore`` stores profiles as text and need not
know their format.
"""

from dataclasses import replace
from datetime import date
from typing import Protocol

from generator.model.limits.output_limits import OutputLimits
from generator.model.profile_notes import learned_in_words
from generator.model.prompt_caching import known_to_take
from generator.model.refusals import Refusal, is_worth_repeating, profile_after_refusal
from generator.model.reply.reply import Reply
from generator.model.requests import MODES, EndpointProfile, Mode
from generator.model.shutdown_dates import announced_date


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
    """The profiles of one endpoint, one for each model. What is learned is written to ``store`` at once.

    Attributes:
        notes: lines for a person about what was learned.
    """

    def __init__(self, endpoint: str, store: ProfileStore) -> None:
        self._endpoint = endpoint
        self._store = store
        self._current: dict[str, EndpointProfile] = {}
        self._stored: dict[str, str] = {}
        # For models that are asked in a simpler mode on trial: the mode to store until a reply shows that it helps.
        self._mode_before_trial: dict[str, Mode] = {}
        self.notes: list[str] = []

    def of(self, model: str) -> EndpointProfile:
        """The current profile for a model; the default one where nothing is known."""
        if model not in self._current:
            stored = EndpointProfile.load(self._store.get(self._endpoint, model))
            self._current[model] = stored.with_taken(known_to_take(self._endpoint, model))
            self._stored[model] = self._current[model].dump()
        return self._current[model]

    def learn_from_refusal(
        self, model: str, asked: EndpointProfile, refusal: Refusal
    ) -> EndpointProfile | None:
        """Learn from an answer that refused the format, a parameter or the length of a request.

        Args:
            asked: the profile that the request was made with.

        Returns:
            The profile for the next attempt; None where there is no other way to ask.
        """
        learned = profile_after_refusal(asked, refusal)
        if learned is None:
            return None
        current = self.of(model)
        if asked.mode in current.stronger_modes:  # a probe
            self._update(model, replace(current, modes=current.modes.after_refusal(asked.mode)))
            return current
        if current != asked:  # another call in flight was refused before, and the profile is known already
            return current
        learned = replace(
            learned,
            overrun=current.overrun,
            modes=current.modes,
            place=current.place,
            ends=current.ends,
            findings=current.findings,
        )
        self._update(model, learned)
        return self.of(model) if is_worth_repeating(refusal, asked, learned) else None

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

    def learn_limits(self, model: str, limits: OutputLimits) -> None:
        """Learn the limits of an endpoint from the token counts of a reply."""
        self._update(model, self.of(model).with_limits(limits))

    def put(self, model: str, profile: EndpointProfile) -> None:
        """Store another profile in the place of the current one."""
        self.of(model)
        self._update(model, profile)

    def forget(self, model: str) -> None:
        """Forget what was learned of the endpoint for a model, except when it is shut down and what a probe found."""
        current = self.of(model)
        fresh = EndpointProfile(ends=current.ends, findings=current.findings)
        self._mode_before_trial.pop(model, None)
        self._update(model, fresh.with_taken(known_to_take(self._endpoint, model)))

    def shutdown_date(self, model: str) -> date | None:
        """When the model is shut down, as the endpoint or the SDK says; None where no date is known."""
        try:
            return date.fromisoformat(self.of(model).ends)
        except ValueError:
            return announced_date(self._endpoint, model)

    def note(self, line: str) -> None:
        """Add a line for a person, once; nothing for an empty one."""
        if line and line not in self.notes:
            self.notes.append(line)

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
        for line in learned_in_words(self._current[model], profile):
            self.note(line)
        if (
            profile.findings == self._current[model].findings
        ):  # another process may have probed the endpoint since
            stored = EndpointProfile.load(self._store.get(self._endpoint, model))
            profile = replace(profile, findings=stored.findings or profile.findings)
        self._current[model] = profile
        text = replace(profile, mode=self._mode_before_trial.get(model, profile.mode)).dump()
        if text != self._stored[model]:
            self._stored[model] = text
            self._store.set(self._endpoint, model, text)

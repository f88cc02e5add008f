"""Probes an endpoint: a few calls, each reserved, recorded and charged as any other, and what is learned from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.errors import CallFailed, ModelUnavailable, WaitTooLong
from generator.model.budget import reservation
from generator.model.failures import CallError
from generator.model.prompt_caching import CACHE_KEY, CACHE_OPTIONS, CACHE_PARAMETERS, has_marks
from generator.model.requests import CAP
from generator.model.shutdown_dates import stated_date
from generator.workflows.doctor.evidence import Evidence, ProbeGoal, Step
from generator.workflows.doctor.probe_requests import Probe, read_copy
from generator.workflows.engine.next_step import is_prose

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from generator.model.budget import Price
    from generator.model.requests import ModelRequest
    from generator.store.ledger.runs.jobs import Job
    from generator.workflows.doctor.probe_requests import Copy
    from generator.workflows.engine.live_session import LiveSession

FURTHER: Mapping[str, object] = {"seed": 7, "reasoning_effort": "low", "service_tier": "default"}
"""The further parameters that are tried where the settings do not set them, with the values that are sent."""
WINDOW_CAP = 1_500
"""The most tokens of a reply to a large prompt; the rest of the settings' cap is part of the prompt."""
_TOKEN_CHARS = 4
_MODE_TRIES = 3


class EndpointProbe:
    """The probe of one endpoint and model.

    Args:
        job: the job of the calls.
        probe: makes the requests.
        other_word: the last word of the second large request.

    Attributes:
        evidence: what was seen so far.
    """

    def __init__(
        self, session: LiveSession, job: Job, probe: Probe, goal: ProbeGoal, *, other_word: str
    ) -> None:
        self._client = session.client
        self._exchange = session.exchange(job)
        self._probe = probe
        self._goal = goal
        self._other_word = other_word
        self.evidence = Evidence(goal)

    async def run(self) -> None:
        """Make all calls, as far as they make sense. What was known of the endpoint is learned again.

        Raises:
            BudgetExceeded, Stopped, StorageError: the probe ended early.
        """
        evidence, model = self.evidence, self._goal.model
        profiles = self._client.profiles
        try:
            await self._list_models()
            if not evidence.is_reached:
                return
            before = profiles.of(model)
            profiles.forget(model)
            if not await self._first_reply():
                profiles.put(model, before)
                return
            await self._cap()
            await self._parameters()
            evidence.refused = profiles.of(model).parameter_rules.dropped
            profiles.put(
                model, profiles.of(model).with_dropped_only({*self._goal.parameters, *CACHE_PARAMETERS})
            )
            await self._window()
        finally:
            evidence.profile = profiles.of(model)
            evidence.ends = profiles.shutdown_date(model)
            evidence.headers = self._client.headers

    async def _list_models(self) -> None:
        try:
            self.evidence.entries = await self._client.models()
        except CallError as error:
            self.evidence.errors["models"] = error
            return
        profiles, model = self._client.profiles, self._goal.model
        entry = next((each for each in self.evidence.entries if each.get("id") == model), None)
        if entry is not None:
            ends = stated_date(entry)
            known = profiles.of(model)
            profiles.put(model, replace(known, ends=ends.isoformat() if ends else ""))

    async def _first_reply(self) -> bool:
        """Ask in simpler modes until a reply holds the words; returns whether there was any reply."""
        request = self._probe.request()
        for _ in range(_MODE_TRIES):
            copy = await self._ask("reply", request)
            if copy is None or copy.words is not None:
                break
            mode = self._client.profile(request.model).mode
            if is_prose(copy.reply):
                self._exchange.note_prose(request, copy.reply)
            if self._client.profile(request.model).mode == mode:
                break
        return "reply" in self.evidence.copies

    async def _cap(self) -> None:
        """Ask for more than the cap allows; again where a reply was longer and the cap now has another name."""
        request = self._probe.long_reply_request()
        before = self._client.profile(request.model).parameter_rules.cap_parameter
        await self._ask("cap", request)
        if self._client.profile(request.model).parameter_rules.cap_parameter != before:
            await self._ask("cap", request)

    async def _parameters(self) -> None:
        """Try further parameters: all at once, because refused ones are left out at no cost; one by one if that fails."""
        model = self._goal.model
        names = [name for name in FURTHER if name not in self._goal.parameters]
        caching = (CACHE_KEY, CACHE_OPTIONS) if has_marks(model) else (CACHE_KEY,)
        await self._try(names, caching)
        if "parameters" in self.evidence.copies:
            return
        for name in (*names, *caching):
            self.evidence.errors.pop("parameters", None)
            self.evidence.copies.pop("parameters", None)
            is_caching = name in caching
            await self._try(() if is_caching else (name,), (name,) if is_caching else ())
            if "parameters" not in self.evidence.copies:
                self.evidence.untested.add(name)

    async def _try(self, names: Collection[str], caching: Collection[str]) -> None:
        profiles, model = self._client.profiles, self._goal.model
        known = profiles.of(model)
        profiles.put(model, known.with_taken(caching))
        values = {name: FURTHER[name] for name in names}
        await self._ask("parameters", self._probe.request(parameters=values))
        if "parameters" not in self.evidence.copies:
            rules = replace(profiles.of(model).parameter_rules, taken=known.parameter_rules.taken)
            profiles.put(model, replace(profiles.of(model), parameter_rules=rules))

    async def _window(self) -> None:
        """Ask for both ends of a prompt of the largest size, and again with the same beginning."""
        request = large_request(self._probe, self._goal)
        self.evidence.prompt_chars_sent = sum(len(message["content"]) for message in request.messages)
        if await self._ask("window", request) is not None:
            await self._ask("cache", large_request(self._probe, self._goal, last=self._other_word))

    async def _ask(self, step: Step, request: ModelRequest) -> Copy | None:
        """What was copied by the reply; None where there is none."""
        try:
            reply = await self._exchange.ask(f"probe-{step}", request)
        except (CallFailed, ModelUnavailable, WaitTooLong) as error:
            self.evidence.errors[step] = error
            return None
        copy = self.evidence.copies[step] = read_copy(reply)
        if copy.words is not None and copy.reply.place != self._client.profile(request.model).place:
            self._exchange.note_place(request, copy.reply)
        return copy


def large_request(probe: Probe, goal: ProbeGoal, *, last: str = "") -> ModelRequest:
    """A request whose prompt and reply are as long as those of the largest request of the program.

    What the reply may be shorter than the settings' cap, the prompt is longer: a server that cuts what does not fit
    shows it in the prompt alone.
    """
    cap = min(goal.parameters[CAP], WINDOW_CAP)
    chars = goal.prompt_chars + (goal.parameters[CAP] - cap) * _TOKEN_CHARS
    return probe.request(chars=chars, last=last, parameters={CAP: cap})


def most_cost(probe: Probe, goal: ProbeGoal, price: Price) -> int:
    """The most nano-dollars that the probe can cost without retries."""
    small, short, large = probe.request(), probe.long_reply_request(), large_request(probe, goal)
    calls = [small] * (_MODE_TRIES + 1) + [short] * 2 + [large] * 2
    return sum(reservation(each, price) for each in calls)

"""Runs whose endpoint is gone for a while, or opens its limit hours later; in virtual time."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest

from generator.errors import ModelUnavailable, WaitTooLong
from generator.events import LOGGER
from generator.services import Services
from generator.workflows.drafting.draft import draft_list
from generator.workflows.drafting.requests import DraftOutcome, DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from generator.workflows.engine.stopping import interrupts
from tests.support.replies import GOOD, Endpoint, completion, failure
from tests.support.services import rows, scripted_services
from tests.support.virtual_time import VirtualLoop

pytestmark = pytest.mark.slow

QUESTIONS = 36
CONCURRENCY = 32


class Lines(NoProgress):
    """The lines that a person without a terminal sees; may act on one."""

    def __init__(self, on_line: Callable[[str], None] = lambda _: None) -> None:
        self.lines: list[str] = []
        self._on_line = on_line

    def note(self, text: str) -> None:
        self.lines.append(text)
        self._on_line(text)


class Timed(Endpoint):
    """Answers by the virtual time; remembers when it was called."""

    def __init__(self, answer: Callable[[float], httpx2.Response]) -> None:
        self.called_at: list[float] = []

        def by(_: dict[str, Any]) -> httpx2.Response:
            now = asyncio.get_running_loop().time()
            self.called_at.append(now)
            return answer(now)

        super().__init__(by=by)


def answer() -> httpx2.Response:
    return completion(GOOD)


@pytest.fixture(autouse=True)
def virtual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "_loop_factory", lambda: VirtualLoop)


def services_of(folder: Path, endpoint: Endpoint, **model: Any) -> Services:
    values = {"name": "test-model", "parameters": {"max_completion_tokens": 4000}, **model}
    services = scripted_services(folder, endpoint, model=values)
    services.random = lambda: Random(1)
    services.sleep = asyncio.sleep
    services.clock = lambda: asyncio.get_running_loop().time()
    return services


def draft(services: Services, progress: NoProgress) -> DraftOutcome:
    listed = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(QUESTIONS)))
    plan = PlanRequest(QuestionSource(listed, "q.csv", "q.csv"), date="2026-01-31", near="allow")
    return draft_list(services, DraftRequest(plan, concurrency=CONCURRENCY), progress)


def done(outcome: DraftOutcome) -> int:
    return outcome.drafted.done if outcome.drafted else 0


@pytest.mark.parametrize("status", [None, 503])
def test_a_run_waits_for_a_server_that_is_gone_for_half_an_hour(
    tmp_path: Path, status: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    calls = 0

    def by_time(now: float) -> httpx2.Response:
        nonlocal calls
        calls += 1
        if calls > 3 and now < 1800.0:
            if status is None:
                raise httpx2.ConnectError("refused")
            return failure(status)
        return answer()

    endpoint, progress = Timed(by_time), Lines()
    with caplog.at_level(logging.INFO, LOGGER.name):
        outcome = draft(services_of(tmp_path, endpoint), progress)
    events = [getattr(record, "event", "") for record in caplog.records]
    assert "outage.paused" in events and events.count("outage.ended") == 1
    assert (done(outcome), outcome.left, outcome.error) == (QUESTIONS, 0, None)
    assert outcome.drafted and "failed" not in outcome.drafted.states
    assert len([at for at in endpoint.called_at if 60 < at < 1800]) <= 12
    told = [line for line in progress.lines if "is not available since" in line]
    assert 4 <= len(told) <= 10
    assert progress.lines[-1].startswith("https://api.openai.com/v1 answers again, after 3")


def test_a_server_that_stays_away_ends_the_run_and_the_next_run_goes_on(tmp_path: Path) -> None:
    calls = 0

    def few(_: float) -> httpx2.Response:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise httpx2.ConnectError("refused")
        return answer()

    endpoint = Timed(few)
    outcome = draft(services_of(tmp_path, endpoint, outage_minutes=30), Lines())
    assert isinstance(outcome.error, ModelUnavailable)
    assert "no answer for 30 minutes" in str(outcome.error)
    assert (done(outcome), outcome.left) == (3, QUESTIONS - 3)
    assert 1700 < endpoint.called_at[-1] < 1900
    assert done(draft(services_of(tmp_path, Timed(lambda _: answer())), Lines())) == QUESTIONS - 3


def test_a_server_that_is_not_there_when_a_run_begins_ends_it_at_once(tmp_path: Path) -> None:
    def refuse(_: float) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    endpoint = Timed(refuse)
    outcome = draft(services_of(tmp_path, endpoint), Lines())
    assert isinstance(outcome.error, ModelUnavailable)
    assert endpoint.called_at[-1] < 20


def limited_until(opens: float, **headers: str) -> Timed:
    """Answers three times, then 429 until its limit opens."""
    calls = 0

    def by_time(now: float) -> httpx2.Response:
        nonlocal calls
        calls += 1
        if calls > 3 and now < opens:
            return failure(429, **headers)
        return answer()

    return Timed(by_time)


def test_many_calls_that_wait_for_one_limit_tell_it_once(tmp_path: Path) -> None:
    progress = Lines()
    endpoint = limited_until(50.0, **{"retry-after": "60"})
    outcome = draft(services_of(tmp_path, endpoint), progress)
    assert (done(outcome), outcome.error) == (QUESTIONS, None)
    assert len([line for line in progress.lines if line.startswith("waiting until ")]) == 1


@pytest.fixture
def used_up() -> Timed:
    """Has used up its requests of eight minutes after three of them, as its headers say."""
    answered = 0

    def by_time(now: float) -> httpx2.Response:
        nonlocal answered
        answered += 1
        reply = answer()
        left = max(1000 - answered * 334, 0)
        reply.headers.update(
            {
                "x-ratelimit-limit-requests": "1000",
                "x-ratelimit-remaining-requests": str(left),
                "x-ratelimit-reset-requests": "8m0s",
            }
        )
        return reply

    return Timed(by_time)


def test_a_limit_that_opens_too_late_ends_the_run_which_goes_on_later(tmp_path: Path, used_up: Timed) -> None:
    outcome = draft(services_of(tmp_path, used_up, longest_wait_minutes=7), Lines())
    assert isinstance(outcome.error, WaitTooLong)
    assert "model.longest_wait_minutes is 7: run the same command again then" in str(outcome.error)
    assert done(outcome) == len(used_up.called_at) < QUESTIONS
    assert outcome.left == QUESTIONS - done(outcome)
    assert used_up.called_at[-1] < 60
    assert done(draft(services_of(tmp_path, Timed(lambda _: answer())), Lines())) == outcome.left


def test_a_limit_that_opens_soon_enough_is_waited_for(tmp_path: Path, used_up: Timed) -> None:
    progress = Lines()
    outcome = draft(services_of(tmp_path, used_up), progress)
    assert (done(outcome), outcome.error) == (QUESTIONS, None)
    assert used_up.called_at[-1] > 400
    assert any(line.startswith("waiting until ") for line in progress.lines)


@pytest.mark.parametrize(
    ("longest", "waited"), [(90, True), (30, False)], ids=["within the setting", "above the setting"]
)
def test_a_wait_of_40_minutes_is_honoured_as_far_as_the_settings_allow(
    tmp_path: Path, longest: int, waited: bool
) -> None:
    def after_three(now: float) -> httpx2.Response:
        opens_in = 2400 - now
        if len(endpoint.called_at) <= 3 or opens_in <= 0:
            return answer()
        return failure(429, **{"retry-after": f"{opens_in:.0f}"})

    endpoint = Timed(after_three)
    outcome = draft(services_of(tmp_path, endpoint, longest_wait_minutes=longest), Lines())
    if waited:
        assert (done(outcome), outcome.error) == (QUESTIONS, None)
    else:
        assert isinstance(outcome.error, WaitTooLong)
    assert len(endpoint.called_at) <= QUESTIONS + 2 * CONCURRENCY


@pytest.mark.parametrize("kind", ["outage", "limit"])
def test_the_first_ctrl_c_ends_a_run_at_once_while_all_calls_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    made: list[interrupts.Interruption] = []
    begun = interrupts.Interruption.__init__

    def remember(self: interrupts.Interruption, *arguments: Any) -> None:
        begun(self, *arguments)
        made.append(self)

    monkeypatch.setattr(interrupts.Interruption, "__init__", remember)
    pressed_at: list[float] = []

    def press(line: str) -> None:
        if line.startswith(("waiting until", "https://api.openai.com/v1 is not")) and not pressed_at:
            loop = asyncio.get_running_loop()

            def interrupt() -> None:
                pressed_at.append(loop.time())
                made[-1].interrupt()

            loop.call_later(5.0, interrupt)

    def gone(now: float) -> httpx2.Response:
        if len(endpoint.called_at) > 3:
            raise httpx2.ConnectError("refused")
        return answer()

    endpoint = Timed(gone) if kind == "outage" else limited_until(60.0, **{"retry-after": "60"})
    progress = Lines(press)
    outcome = draft(services_of(tmp_path, endpoint), progress)
    assert progress.lines[-1] == "stopping: no call is in flight"
    assert (outcome.interrupted, outcome.error, outcome.left) == (True, None, QUESTIONS - done(outcome))
    assert endpoint.called_at[-1] < pressed_at[0]

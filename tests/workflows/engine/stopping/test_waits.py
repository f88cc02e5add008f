"""What a person is told of waits, and which wait ends a run."""

import datetime

import pytest

from generator.errors import WaitTooLong
from generator.model.failures import Failure
from generator.model.outages import Pause
from generator.workflows.engine.progress import NoProgress
from generator.workflows.engine.stopping.waits import Waits

START = datetime.datetime(2026, 1, 31, 12, 0, tzinfo=datetime.UTC)
REFUSED = Failure("transient", "connection-refused", "nothing answers")


class Shown(NoProgress):
    """Remembers lines and, with a bar, what is beside it."""

    def __init__(self, *, bar: bool = False) -> None:
        self.lines: list[str] = []
        self.beside: list[str] = []
        self._bar = bar

    def note(self, text: str) -> None:
        self.lines.append(text)

    def status(self, text: str) -> bool:
        if self._bar:
            self.beside.append(text)
        return self._bar


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> str:
        return (START + datetime.timedelta(seconds=self.seconds)).isoformat()

    def local(self, seconds: float) -> str:
        """The local time so many seconds after the start."""
        return (START + datetime.timedelta(seconds=seconds)).astimezone().strftime("%H:%M:%S")


def waits_of(shown: Shown, clock: Clock, *, minutes: float = 90) -> Waits:
    return Waits(
        "http://here", shown, longest_seconds=minutes * 60, clock=lambda: clock.seconds, now=clock.now
    )


def test_a_wait_is_told_with_its_end_in_local_time_and_repeated_every_five_minutes() -> None:
    shown, clock = Shown(), Clock()
    waits = waits_of(shown, clock)
    for _ in range(1800 * 2):
        waits.rate_limit(1800.0 - clock.seconds)
        clock.seconds += 0.5
    assert shown.lines == [f"waiting until {clock.local(1800)} for the rate limit of http://here"] * 6


def test_short_waits_are_not_told() -> None:
    shown, clock = Shown(), Clock()
    waits = waits_of(shown, clock)
    waits.rate_limit(4.0)
    waits.retry(REFUSED, 4.0)
    waits.outage(Pause(REFUSED, 1.0, 2.0))
    waits.outage_over(3.0)
    assert shown.lines == []


def test_many_waits_of_a_slow_limit_are_not_told_one_by_one() -> None:
    shown, clock = Shown(), Clock()
    waits = waits_of(shown, clock)
    for _ in range(100):
        waits.rate_limit(12.0)
        clock.seconds += 12.0
        waits.over()
    assert len(shown.lines) == 4


def test_a_bar_shows_the_wait_until_a_call_begins() -> None:
    shown, clock = Shown(bar=True), Clock()
    waits = waits_of(shown, clock)
    waits.over()
    waits.rate_limit(60.0)
    waits.over()
    waits.over()
    assert shown.lines == []
    assert shown.beside == [f"waiting until {clock.local(60)} for the rate limit of http://here", ""]


def test_a_much_longer_wait_is_told_at_once() -> None:
    shown, clock = Shown(), Clock()
    waits = waits_of(shown, clock)
    waits.rate_limit(30.0)
    waits.rate_limit(1800.0)
    assert len(shown.lines) == 2


def test_a_wait_that_is_too_long_ends_the_run_and_names_the_setting() -> None:
    clock = Clock()
    waits = waits_of(Shown(), clock, minutes=10)
    waits.rate_limit(600.0)
    with pytest.raises(WaitTooLong) as raised:
        waits.rate_limit(601.0)
    assert str(raised.value) == (
        f"the rate limit of http://here opens at {clock.local(601)}, and model.longest_wait_minutes is 10:"
        " run the same command again then"
    )


def test_an_outage_is_told_with_its_begin_and_the_next_attempt_and_its_end() -> None:
    shown, clock = Shown(), Clock()
    waits = waits_of(shown, clock)
    clock.seconds = 20.0
    waits.outage(Pause(REFUSED, 15.0, 16.0))
    clock.seconds = 600.0
    waits.outage_over(595.0)
    assert shown.lines == [
        f"http://here is not available since {clock.local(5)} (nothing answers); next attempt at {clock.local(36)}",
        "http://here answers again, after 10 min",
    ]


def test_the_date_is_told_where_it_is_not_today() -> None:
    shown, clock = Shown(), Clock()
    waits_of(shown, clock, minutes=60 * 72).rate_limit(48 * 3600.0)
    assert "waiting until 2026-02-0" in shown.lines[0]

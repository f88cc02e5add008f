"""Rate limits as endpoints tell them, and a model of each that says when the next call fits.

The headers give a limit, what remains of it and when it is reset, but neither the unit of the limit nor what
a reset means. Two readings cover what endpoints do, and every answer shows which one fits:

* a leaky bucket that refills steadily and would be full again at the reset: the refill rate is
  ``(limit - remaining) / reset``, whatever the unit (OpenAI, Groq);
* a window in which ``remaining`` calls are left, and after which the whole limit is (fixed or sliding
  windows, and buckets that round the reset up).
"""

import re
from collections.abc import Mapping
from math import inf, isfinite
from typing import NamedTuple


class QuotaReport(NamedTuple):
    """What one answer says about one quota; ``reset`` in seconds from now."""

    limit: float
    remaining: float
    reset: float


def read_report(headers: Mapping[str, str], what: str) -> QuotaReport | None:
    """The report on ``what`` (``requests`` or ``tokens``), or None unless all of it is there and usable."""
    texts = [headers.get(f"x-ratelimit-{field}-{what}") for field in ("limit", "remaining", "reset")]
    limit, remaining = (_number(text) for text in texts[:2])
    reset = duration(texts[2])
    if limit is None or remaining is None or reset is None or limit <= 0:
        return None
    return QuotaReport(limit, min(max(remaining, 0.0), limit), reset)


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def duration(text: str | None) -> float | None:
    """Seconds in ``1s``, ``6m0s``, ``120ms``, ``2m59.56s`` or a bare number; None for anything else."""
    if text is None:
        return None
    text = text.strip().lower()
    if _DURATION.fullmatch(text):
        return sum(float(amount) * _UNITS[unit] for amount, unit in _PART.findall(text))
    seconds = _number(text)
    # A bare number past a day is a point in time on a clock that is not ours.
    return seconds if seconds is not None and 0 <= seconds <= 86400 else None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) else None


class Bucket:
    """A limit that we set ourselves: ``rate`` a second, with at most ``burst`` saved up."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._level = burst
        self._at = now

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` fits; what is larger than the burst fits a full bucket."""
        self._refill(now)
        missing = min(amount, self.burst) - self._level
        return missing / self.rate if missing > 0 else 0.0

    def take(self, amount: float, now: float) -> None:
        """Use it up; the level may fall below zero, which later calls wait for."""
        self._refill(now)
        self._level -= amount

    def _refill(self, now: float) -> None:
        self._level = min(self.burst, self._level + (now - self._at) * self.rate)
        self._at = now


# Kept back from a bucket, so that what arrives a little early still fits.
_RESERVE = 0.08
# Slower than the learned refill, for the same reason.
_CAUTION = 0.98
# A window's calls are spread over this part of it, and the next begins this part of it late.
_SPREAD = 0.85
_LATE = 0.02
_FEW = 4
# Before a rate is known: how often to look for news, and when to give up on it.
_POLL = 0.02
_LOST = 5.0
# Votes that the reading of a reset needs to change, and to be sure.
_SURE = 3


class Quota:
    """Our copy of one quota of the endpoint, corrected by every report."""

    def __init__(self, report: QuotaReport, now: float) -> None:
        self.limit = report.limit
        self._level = report.remaining
        self._at = now
        self._rate: float | None = None
        self._window = report.reset
        self._window_end = now + report.reset
        self._unreported = 0.0  # sent, but not in the last report
        self._rolled = False  # since the last report
        self._rolled_once = False
        self._next_in_window = now
        self._votes_for_window = 0
        self._last = report
        self._last_at = now
        self._learn_rate(report)

    @property
    def windowed(self) -> bool:
        """Whether the reports read like a window rather than a bucket."""
        return self._votes_for_window > 0

    def observe(self, report: QuotaReport, uncounted: float, now: float) -> None:
        """Take a report; ``uncounted`` is what was sent and may be missing in it."""
        self._advance(now)
        self._vote(report, now)
        if report.limit != self.limit:
            self.limit, self._window, self._rate = report.limit, report.reset, None
        self._learn_rate(report)
        self._learn_window(report, now)
        self._level = min(max(self._level, report.remaining - uncounted), report.remaining)
        self._last, self._last_at, self._unreported = report, now, uncounted

    def exhausted(self, now: float) -> None:
        """The endpoint refused a call: nothing is left."""
        self._advance(now)
        self._level = min(self._level, 0.0)

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` fits."""
        self._advance(now)
        kept = 0.0 if self.windowed else self.limit * _RESERVE
        missing = min(amount, self.limit - kept) + kept - self._level
        if self.windowed:
            return self._until_next_window(now) if missing > 0 else max(self._next_in_window - now, 0.0)
        if missing <= 0:
            return 0.0
        return missing / (self._rate * _CAUTION) if self._rate else _POLL

    def _until_next_window(self, now: float) -> float:
        return max(self._window_end + self._window * _LATE - now, 0.001)

    def take(self, amount: float, now: float) -> None:
        """Use it up."""
        self._advance(now)
        self._level -= amount
        self._unreported += amount
        if self.windowed and self._rolled_once:
            spacing = self._window * _SPREAD * amount / self.limit
            self._next_in_window = max(self._next_in_window, now - spacing) + spacing

    def _advance(self, now: float) -> None:
        if self.windowed:
            self._roll(now)
        elif self._rate is None:
            # Reports of what is in flight will tell more; the wait is for calls that never come back.
            if now >= self._window_end + (_LOST if self._unreported else 0.0):
                self._level = self.limit
        else:
            self._level = min(self.limit, self._level + (now - self._at) * self._rate * _CAUTION)
        self._at = now

    def _roll(self, now: float) -> None:
        """Begin the next window at the end of this; a second one only after a pause, unless reports came."""
        end = self._window_end + self._window * _LATE + (max(self._window, 1.0) if self._rolled else 0.0)
        if now >= end:
            self._level = self.limit
            self._window_end = max(self._window_end + self._window, now)
            self._rolled = self._rolled_once = True

    def _learn_rate(self, report: QuotaReport) -> None:
        used = report.limit - report.remaining
        # Counts are whole and resets are rounded, so a few calls tell no rate.
        if report.reset <= 0 or used < max(min(_FEW, report.limit), report.limit * 0.1):
            return
        sample = used / report.reset
        weight = min(max(used / report.limit, 0.05), 0.5)
        self._rate = sample if self._rate is None else self._rate + (sample - self._rate) * weight

    def _learn_window(self, report: QuotaReport, now: float) -> None:
        end = now + report.reset
        self._window = max(self._window, report.reset)
        told_before = not self._rolled and abs(end - self._window_end) < self._window / 2
        self._window_end = min(self._window_end, end) if told_before else end
        self._rolled = False

    def _vote(self, report: QuotaReport, now: float) -> None:
        """Which reading foretold this report's reset better, from the report before?"""
        last = self._last
        if report.limit != last.limit or report.remaining == last.remaining or report.reset <= 0:
            return
        used_before, used = last.limit - last.remaining, report.limit - report.remaining
        as_bucket = used * last.reset / used_before if used_before > 0 and last.reset > 0 else inf
        as_window = self._last_at + last.reset - now
        if as_bucket == inf or as_window < 0:
            return
        vote = 1 if abs(report.reset - as_window) < abs(report.reset - as_bucket) else -1
        self._votes_for_window = max(-_SURE, min(_SURE, self._votes_for_window + vote))

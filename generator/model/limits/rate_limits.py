"""Models rate limits: reads the limits that endpoints report in headers, and computes when the next call is allowed.

The headers contain a limit, what remains of it and the time until its reset, but neither the period of the limit nor
what a reset means. Two interpretations cover what endpoints do; each report shows which one fits better:

* a bucket that refills steadily and is full again at the reset: the refill rate is ``(limit - remaining) / reset``,
  whatever the period (OpenAI, Groq);
* a window in which ``remaining`` calls are left, and after which the whole limit is available again (fixed or sliding
  windows, and buckets that round the reset up).
"""

import re
from collections.abc import Mapping
from math import inf, isfinite
from typing import NamedTuple


class QuotaReport(NamedTuple):
    """What one answer reports about one quota; ``reset`` is in seconds from now."""

    limit: float
    remaining: float
    reset: float


def read_report(headers: Mapping[str, str], what: str) -> QuotaReport | None:
    """The report on ``what`` (``requests`` or ``tokens``); None where a part of it is missing or invalid."""
    texts = [headers.get(f"x-ratelimit-{field}-{what}") for field in ("limit", "remaining", "reset")]
    limit, remaining = (_number(text) for text in texts[:2])
    reset = parse_duration(texts[2])
    if limit is None or remaining is None or reset is None or limit <= 0:
        return None
    return QuotaReport(limit, min(max(remaining, 0.0), limit), reset)


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def parse_duration(text: str | None) -> float | None:
    """The seconds of ``1s``, ``6m0s``, ``120ms``, ``2m59.56s`` or a number without unit; None for anything else."""
    if text is None:
        return None
    text = text.strip().lower()
    if _DURATION.fullmatch(text):
        return sum(float(amount) * _UNITS[unit] for amount, unit in _PART.findall(text))
    seconds = _number(text)
    # A number above a day is not a parse_duration but a time by the endpoint's clock.
    return seconds if seconds is not None and 0 <= seconds <= 86400 else None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) else None


class LocalLimit:
    """A limit that this program sets itself, by the token-bucket algorithm.

    Args:
        rate: units per second.
        burst: the most units that can be saved up.
        now: monotonic seconds, as in all methods.
    """

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._level = burst
        self._level_at = now

    def wait_seconds(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` is available. More than ``burst`` is allowed when the bucket is full."""
        self._refill(now)
        missing = min(amount, self.burst) - self._level
        return missing / self.rate if missing > 0 else 0.0

    def take(self, amount: float, now: float) -> None:
        """Use ``amount``. The level may fall below zero; later calls then wait longer."""
        self._refill(now)
        self._level -= amount

    def _refill(self, now: float) -> None:
        self._level = min(self.burst, self._level + (now - self._level_at) * self.rate)
        self._level_at = now


# This share of a bucket is never used, because calls may arrive at the endpoint earlier than computed.
_RESERVE = 0.08
# The refill counts at this share of the learned rate, for the same reason.
_CAUTION = 0.98
# The calls of a window are spread over this share of it.
_SPREAD = 0.85
# A window counts as begun this share of its length later than reported.
_LATE = 0.02
# With fewer units used, a report is too coarse to learn a rate from.
_FEWEST_USED = 4
# Before a rate is known: seconds between two checks for a new report ...
_POLL = 0.02
# ... and after the reset, seconds to wait for the reports of calls in flight.
_LOST = 5.0
# At most this many contradicting reports are needed to change the interpretation of a reset.
_MOST_VOTES = 3


class Quota:
    """A local estimate of one quota of the endpoint, corrected by every report.

    Args:
        report: the first report.
        now: monotonic seconds, as in all methods.
    """

    def __init__(self, report: QuotaReport, now: float) -> None:
        self.limit = report.limit
        self._level = report.remaining
        self._level_at = now
        self._rate: float | None = None
        self._window = report.reset
        self._window_end = now + report.reset
        self._unreported = 0.0  # sent, but not counted in the last report
        self._window_began_since_report = False
        self._window_began_once = False
        self._next_in_window = now
        self._votes_for_window = 0
        self._last = report
        self._last_at = now
        self._learn_rate(report)

    @property
    def is_window(self) -> bool:
        """Whether the reports fit a window better than a bucket."""
        return self._votes_for_window > 0

    def observe(self, report: QuotaReport, uncounted: float, now: float) -> None:
        """Correct the estimate by a report; ``uncounted`` is what was sent and may be missing in it."""
        self._advance(now)
        self._compare_interpretations(report, now)
        if report.limit != self.limit:
            self.limit, self._window, self._rate = report.limit, report.reset, None
        self._learn_rate(report)
        self._learn_window(report, now)
        self._level = min(max(self._level, report.remaining - uncounted), report.remaining)
        self._last, self._last_at, self._unreported = report, now, uncounted

    def mark_exhausted(self, now: float) -> None:
        """Note that nothing is left: the endpoint refused a call."""
        self._advance(now)
        self._level = min(self._level, 0.0)

    def wait_seconds(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` is available."""
        self._advance(now)
        reserve = 0.0 if self.is_window else self.limit * _RESERVE
        missing = min(amount, self.limit - reserve) + reserve - self._level
        if self.is_window:
            return self._until_next_window(now) if missing > 0 else max(self._next_in_window - now, 0.0)
        if missing <= 0:
            return 0.0
        return missing / (self._rate * _CAUTION) if self._rate else _POLL

    def _until_next_window(self, now: float) -> float:
        return max(self._window_end + self._window * _LATE - now, 0.001)

    def take(self, amount: float, now: float) -> None:
        """Use ``amount``."""
        self._advance(now)
        self._level -= amount
        self._unreported += amount
        if self.is_window and self._window_began_once:
            spacing = self._window * _SPREAD * amount / self.limit
            self._next_in_window = max(self._next_in_window, now - spacing) + spacing

    def _advance(self, now: float) -> None:
        if self.is_window:
            self._begin_window(now)
        elif self._rate is None:
            # The reports of calls in flight may say more; _LOST covers calls that never get an answer.
            if now >= self._window_end + (_LOST if self._unreported else 0.0):
                self._level = self.limit
        else:
            self._level = min(self.limit, self._level + (now - self._level_at) * self._rate * _CAUTION)
        self._level_at = now

    def _begin_window(self, now: float) -> None:
        """Begin the next window when this one has ended. Without a report since the last, wait one window longer."""
        pause = max(self._window, 1.0) if self._window_began_since_report else 0.0
        end = self._window_end + self._window * _LATE + pause
        if now >= end:
            self._level = self.limit
            self._window_end = max(self._window_end + self._window, now)
            self._window_began_since_report = self._window_began_once = True

    def _learn_rate(self, report: QuotaReport) -> None:
        used = report.limit - report.remaining
        # Counts are integers and resets are rounded, so a few calls give no exact rate.
        if report.reset <= 0 or used < max(min(_FEWEST_USED, report.limit), report.limit * 0.1):
            return
        sample = used / report.reset
        weight = min(max(used / report.limit, 0.05), 0.5)
        self._rate = sample if self._rate is None else self._rate + (sample - self._rate) * weight

    def _learn_window(self, report: QuotaReport, now: float) -> None:
        end = now + report.reset
        self._window = max(self._window, report.reset)
        same_window = not self._window_began_since_report and abs(end - self._window_end) < self._window / 2
        self._window_end = min(self._window_end, end) if same_window else end
        self._window_began_since_report = False

    def _compare_interpretations(self, report: QuotaReport, now: float) -> None:
        """Count a vote for the interpretation that predicted this report's reset better from the report before."""
        last = self._last
        if report.limit != last.limit or report.remaining == last.remaining or report.reset <= 0:
            return
        used_before, used = last.limit - last.remaining, report.limit - report.remaining
        bucket_reset = used * last.reset / used_before if used_before > 0 and last.reset > 0 else inf
        window_reset = self._last_at + last.reset - now
        if bucket_reset == inf or window_reset < 0:
            return
        vote = 1 if abs(report.reset - window_reset) < abs(report.reset - bucket_reset) else -1
        self._votes_for_window = max(-_MOST_VOTES, min(_MOST_VOTES, self._votes_for_window + vote))

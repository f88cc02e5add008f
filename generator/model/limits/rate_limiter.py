"""Delays calls so that they stay within the rate limits of an endpoint, and slows down after a 429.

All workers share one ``RateLimiter``. It applies the limits that the endpoint reports in its answers and the limits
from the settings. A Retry-After of one call delays the calls of all workers. Where the endpoint reports no limits,
repeated 429s reduce the rate, which then grows again slowly. Without any limit a slot costs a few microseconds.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from math import inf
from random import Random
from types import TracebackType

from generator.events import emit
from generator.model.limits.rate_limits import LocalLimit, Quota, QuotaReport, read_report

Sleep = Callable[[float], Awaitable[None]]

# All in seconds. A long wait is divided into sleeps of this length, because an answer may shorten it.
_LONGEST_SLEEP = 0.5
# Shorter waits are rounding errors and are ignored.
_SHORTEST_SLEEP = 1e-6
_FIRST_PAUSE = 1.0
# The backoff, for endpoints that report no quota. It begins when more than this share of the calls of the last
# _RECENT_SECONDS was refused with 429.
_TOLERATED_REFUSALS = 0.03
_RECENT_SECONDS = 5.0
# The rate is then this share of the recent rate,
_CUT = 0.7
# grows by this share every second,
_GROWTH = 0.03
# and is no longer limited when it has grown to this multiple of the rate before the backoff.
_RECOVERED = 3.0


class RateLimiter:
    """Admits calls one after the other, each when the limits allow it.

    Before the first answer has arrived, only one call is in flight: the limits that its answer reports decide how many
    calls follow at once.

    Args:
        clock: monotonic seconds.
        rng: for jitter.
        sleep: waits for seconds.
        on_wait: is given the seconds that the next call has to wait, again and again while it waits. It may raise, which
            ends the wait of this call.
        requests_per_minute, tokens_per_minute: limits from the settings; None for no limit.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        rng: Random,
        sleep: Sleep = asyncio.sleep,
        on_wait: Callable[[float], None] = lambda _: None,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._on_wait = on_wait
        self._rng = rng
        now = clock()
        self._local_limits: dict[str, LocalLimit] = {
            what: LocalLimit(per_minute / 60, max(1.0, per_minute / 60), now)
            for what, per_minute in (("requests", requests_per_minute), ("tokens", tokens_per_minute))
            if per_minute is not None
        }
        self._quotas: dict[str, Quota] = {}
        self._backoff: LocalLimit | None = None
        self._rate_before_backoff = 0.0
        self._backoff_updated_at = now
        self._paused_until = now
        self._refusals_ignored_until = now  # 429s of calls that were sent before the backoff began
        self._sent_at: deque[float] = deque(maxlen=4096)
        self._refused_at: deque[float] = deque(maxlen=4096)
        self._sent = {"requests": 0, "tokens": 0}
        self._ended = {"requests": 0, "tokens": 0}
        self._answered = asyncio.Event()
        self._turn = asyncio.Lock()
        self._free = False

    def slot(self, tokens: int) -> "Slot":
        """A context manager for one call: entering it waits until the limits allow the call.

        The call should include writing its reply to the disk, so a slow disk slows down the calls as well.

        Args:
            tokens: what the endpoint counts against its token limit for this call (``rate_limit_tokens``).
        """
        return Slot(self, tokens)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Learn the endpoint's limits from the headers of an answer; names in lower case."""
        now = self._clock()
        answered = _CURRENT.get()
        for what, sent in self._sent.items():
            report = read_report(headers, what)
            if report is None:
                continue
            # Answers arrive in any order: the report may not count calls that were in flight together with this one.
            uncounted = inf if answered is None else sent - answered.ended_before[what] - answered.cost[what]
            known = self._quotas.get(what)
            if known is None or known.limit != report.limit:
                _log_quota(what, report, known)
            if known is None:
                self._quotas[what] = Quota(report, now)
            else:
                known.observe(report, uncounted, now)
        self._answered.set()
        self._update_free()

    def throttled(self, retry_after_seconds: float | None) -> None:
        """Process a 429: all calls pause, and the rate may be reduced.

        Args:
            retry_after_seconds: the wait that the endpoint asks for; None for the default pause.
        """
        now = self._clock()
        self._refused_at.append(now)
        requested = _FIRST_PAUSE if retry_after_seconds is None else retry_after_seconds
        pause = requested * self._rng.uniform(1.0, 1.1)
        if retry_after_seconds is not None or now >= self._refusals_ignored_until:
            self._paused_until = max(self._paused_until, now + pause)
        quota = self._quotas.get("requests")
        if quota is not None:
            quota.mark_exhausted(now)
        elif now >= self._refusals_ignored_until and self._cut_rate(now):
            self._refusals_ignored_until = self._paused_until
        self._update_free()

    async def _admit(self, slot: "Slot") -> None:
        if not self._free:
            async with self._turn:
                await self._wait_for_answer()
                while (seconds := self._seconds_to_wait(slot.cost)) > _SHORTEST_SLEEP:
                    self._on_wait(seconds)
                    await self._sleep(min(seconds, _LONGEST_SLEEP))
                self._take(slot.cost)
        self._sent_at.append(self._clock())
        slot.ended_before = self._ended.copy()
        for what, amount in slot.cost.items():
            self._sent[what] += amount

    def _leave(self, slot: "Slot") -> None:
        for what, amount in slot.cost.items():
            self._ended[what] += amount
        # A first call that ended without an answer must not block the others.
        self._answered.set()

    async def _wait_for_answer(self) -> None:
        if self._sent != self._ended and not self._answered.is_set():
            await self._answered.wait()

    def _seconds_to_wait(self, cost: dict[str, int]) -> float:
        now = self._clock()
        waits = [self._paused_until - now]
        for limits in (self._local_limits, self._quotas):
            for what, limit in limits.items():
                waits.append(limit.wait_seconds(cost[what], now))
        if self._backoff is not None:
            waits.append(self._backoff_wait(self._backoff, now))
        return max(waits)

    def _take(self, cost: dict[str, int]) -> None:
        now = self._clock()
        for limits in (self._local_limits, self._quotas):
            for what, limit in limits.items():
                limit.take(cost[what], now)
        if self._backoff is not None:
            self._backoff.take(1.0, now)
        self._update_free()

    def _cut_rate(self, now: float) -> bool:
        sent = [at for at in self._sent_at if at > now - _RECENT_SECONDS]
        refused = sum(at > now - _RECENT_SECONDS for at in self._refused_at)
        if refused < 2 or refused <= len(sent) * _TOLERATED_REFUSALS:
            return False
        self._rate_before_backoff = max(len(sent) / max(now - sent[0], 1.0), 0.1) if sent else 1.0
        rate = (
            min(self._rate_before_backoff, self._backoff.rate)
            if self._backoff is not None
            else self._rate_before_backoff
        )
        self._backoff = LocalLimit(max(rate * _CUT, 0.05), 1.0, now)
        self._backoff_updated_at = now
        self._refused_at.clear()
        emit(
            "rate_limit.reduced",
            f"too many 429 answers: {self._backoff.rate:.3g} calls a second from now on",
            level=logging.WARNING,
            calls_per_second=self._backoff.rate,
        )
        return True

    def _backoff_wait(self, backoff: LocalLimit, now: float) -> float:
        grown = backoff.rate * _GROWTH * max(now - max(self._backoff_updated_at, self._paused_until), 0.0)
        backoff.rate += grown
        self._backoff_updated_at = now
        if backoff.rate > self._rate_before_backoff * _RECOVERED:
            self._backoff = None
            emit("rate_limit.recovered", "the rate of calls is not reduced any more")
            return 0.0
        return backoff.wait_seconds(1.0, now)

    def _update_free(self) -> None:
        """Note whether the next calls can start without a check: an answer has arrived, and there is no limit."""
        limited = self._local_limits or self._quotas or self._backoff is not None
        self._free = self._answered.is_set() and not limited and self._clock() >= self._paused_until


def _log_quota(what: str, report: QuotaReport, before: Quota | None) -> None:
    """Record that the endpoint reports a limit for the first time, or another one than before."""
    emit(
        "rate_limit.reported",
        f"rate limit of the endpoint: {report.limit:,.0f} {what}, {report.remaining:,.0f} left",
        of=what,
        limit=report.limit,
        limit_before=None if before is None else before.limit,
        remaining=report.remaining,
        reset_seconds=report.reset,
    )


class Slot:
    """One call of a ``RateLimiter``; see ``RateLimiter.slot``."""

    __slots__ = ("_outer", "_rate_limiter", "cost", "ended_before")

    def __init__(self, rate_limiter: RateLimiter, tokens: int) -> None:
        self._rate_limiter = rate_limiter
        self.cost = {"requests": 1, "tokens": tokens}
        self.ended_before: dict[str, int] = {}

    async def __aenter__(self) -> None:
        await self._rate_limiter._admit(self)
        self._outer = _CURRENT.set(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        _CURRENT.reset(self._outer)
        self._rate_limiter._leave(self)


# The slot of the running task: shows which calls were in flight together with the one whose headers are observed.
_CURRENT: ContextVar[Slot | None] = ContextVar("current slot", default=None)

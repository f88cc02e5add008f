"""Keeps calls within an endpoint's limits before it has to refuse one, and backs off when it does.

All workers share one ``RateLimiter``. It follows what the endpoint's answers tell of their limits, the limits set in
config, and 429s: one worker's Retry-After stops them all, and where the endpoint tells nothing of its limits,
the rate is cut at each 429 and grows back slowly. Where nothing limits, a slot costs a few microseconds.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from math import inf
from random import Random
from types import TracebackType

from generator.model.errors import MAX_RETRY_AFTER_SECONDS
from generator.model.rate_limits import Bucket, Quota, read_report

Sleep = Callable[[float], Awaitable[None]]

# A long wait is slept in parts, because an answer may shorten it meanwhile.
_LONGEST_SLEEP = 0.5
# Shorter waits are rounding errors and are ignored.
_SHORTEST_SLEEP = 1e-6
_FIRST_PAUSE = 1.0
# After 429s that no quota predicted, and when recent ones exceed the tolerated share: the rate becomes
# this share of the recent rate ...
_TOLERATED_REFUSALS = 0.03
_CUT = 0.7
# ... grows by this share every second without another 429 ...
_GROWTH = 0.03
# ... and no longer applies when it has grown to this multiple of the rate that was too high.
_RECOVERED = 3.0
_RECENT_SECONDS = 5.0


class RateLimiter:
    """Admits calls.

    Until the first answer is here, one call at a time is let through: what it says of the limits decides how
    many follow at once.

    Args:
        clock: monotonic seconds.
        rng: for jitter.
        requests_per_minute, tokens_per_minute: limits of our own, or None.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        rng: Random,
        sleep: Sleep = asyncio.sleep,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._rng = rng
        now = clock()
        self._own: dict[str, Bucket] = {
            what: Bucket(per_minute / 60, max(1.0, per_minute / 60), now)
            for what, per_minute in (("requests", requests_per_minute), ("tokens", tokens_per_minute))
            if per_minute is not None
        }
        self._quotas: dict[str, Quota] = {}
        self._backoff: Bucket | None = None
        self._rate_before_backoff = 0.0
        self._backoff_updated_at = now
        self._paused_until = now
        self._refusals_ignored_until = now  # further 429s of calls sent before the backoff say nothing new
        self._sent_at: deque[float] = deque(maxlen=4096)
        self._refused_at: deque[float] = deque(maxlen=4096)
        self._sent = {"requests": 0, "tokens": 0}
        self._ended = {"requests": 0, "tokens": 0}
        self._answered = asyncio.Event()
        self._turn = asyncio.Lock()
        self._free = False

    def slot(self, tokens: int) -> "Slot":
        """``async with rate_limiter.slot(tokens):`` around a call and what makes its reply durable.

        ``tokens`` is what the endpoint will count for it against a token limit (``rate_limit_tokens``).
        """
        return Slot(self, tokens)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of any answer; names in lower case."""
        now = self._clock()
        answered = _CURRENT.get()
        for what, sent in self._sent.items():
            report = read_report(headers, what)
            if report is None:
                continue
            # Calls overtake one another: all that shared a moment with this one may be missing in its report.
            uncounted = inf if answered is None else sent - answered.ended_before[what] - answered.cost[what]
            if what in self._quotas:
                self._quotas[what].observe(report, uncounted, now)
            else:
                self._quotas[what] = Quota(report, now)
        self._answered.set()
        self._update_free()

    def throttled(self, retry_after_seconds: float | None) -> None:
        """A call was answered with 429: everyone pauses, and the pace drops."""
        now = self._clock()
        self._refused_at.append(now)
        asked = _FIRST_PAUSE if retry_after_seconds is None else retry_after_seconds
        pause = min(asked, MAX_RETRY_AFTER_SECONDS) * self._rng.uniform(1.0, 1.1)
        if retry_after_seconds is not None or now >= self._refusals_ignored_until:
            self._paused_until = max(self._paused_until, now + pause)
        quota = self._quotas.get("requests")
        if quota is not None:
            quota.exhausted(now)
        elif now >= self._refusals_ignored_until and self._cut_rate(now):
            self._refusals_ignored_until = self._paused_until
        self._update_free()

    async def _admit(self, slot: "Slot") -> None:
        if not self._free:
            async with self._turn:
                await self._wait_for_answer()
                while (seconds := self._seconds_to_wait(slot.cost)) > _SHORTEST_SLEEP:
                    await self._sleep(min(seconds, _LONGEST_SLEEP))
                self._take(slot.cost)
        self._sent_at.append(self._clock())
        slot.ended_before = self._ended.copy()
        for what, amount in slot.cost.items():
            self._sent[what] += amount

    def _leave(self, slot: "Slot") -> None:
        for what, amount in slot.cost.items():
            self._ended[what] += amount
        # A call that got no answer at all holds nobody up longer.
        self._answered.set()

    async def _wait_for_answer(self) -> None:
        if self._sent != self._ended and not self._answered.is_set():
            await self._answered.wait()

    def _seconds_to_wait(self, cost: dict[str, int]) -> float:
        now = self._clock()
        waits = [self._paused_until - now]
        for limits in (self._own, self._quotas):
            for what, limit in limits.items():
                waits.append(limit.wait(cost[what], now))
        if self._backoff is not None:
            waits.append(self._backoff_wait(self._backoff, now))
        return max(waits)

    def _take(self, cost: dict[str, int]) -> None:
        now = self._clock()
        for limits in (self._own, self._quotas):
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
        self._backoff = Bucket(max(rate * _CUT, 0.05), 1.0, now)
        self._backoff_updated_at = now
        self._refused_at.clear()
        return True

    def _backoff_wait(self, backoff: Bucket, now: float) -> float:
        grown = backoff.rate * _GROWTH * max(now - max(self._backoff_updated_at, self._paused_until), 0.0)
        backoff.rate += grown
        self._backoff_updated_at = now
        if backoff.rate > self._rate_before_backoff * _RECOVERED:
            self._backoff = None
            return 0.0
        return backoff.wait(1.0, now)

    def _update_free(self) -> None:
        """Whether the next calls need not even ask: an answer came, and nothing limits."""
        limited = self._own or self._quotas or self._backoff is not None
        self._free = self._answered.is_set() and not limited and self._clock() >= self._paused_until


class Slot:
    """One admitted call; see ``RateLimiter.slot``."""

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


# The slot that the running task holds, so that an answer's headers can be told apart from later calls.
_CURRENT: ContextVar[Slot | None] = ContextVar("current slot", default=None)

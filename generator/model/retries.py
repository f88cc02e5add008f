"""Which failed calls are made again, when, and how often.

Only failures that may go away are retried. The wait is what the endpoint asks for, or exponential with
jitter when it asks for less; it ends after a number of attempts or a total of waiting, whichever is first.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from tenacity import AsyncRetrying, RetryCallState

from generator.model.failures import CallError, Failure

Sleep = Callable[[float], Awaitable[None]]
OnFailure = Callable[[int, Failure], Awaitable[None]]


@dataclass(frozen=True)
class RetryPolicy:
    """``attempts`` in all, the first included; waits grow from ``base_seconds`` to ``longest_seconds``."""

    attempts: int = 6
    base_seconds: float = 0.5
    longest_seconds: float = 30.0
    total_wait_seconds: float = 600.0


def retrying(
    policy: RetryPolicy,
    *,
    rng: Random,
    sleep: Sleep = asyncio.sleep,
    on_failure: OnFailure | None = None,
) -> AsyncRetrying:
    """A caller for one request: ``await retrying(...)(client.attempt, request)``.

    ``on_failure(attempt_number, failure)`` is awaited once for every failed attempt, also the last and those
    that are not retried, before anything else happens. The last ``CallError`` is raised as it came; any other
    exception passes at once.
    """

    async def may_go_away(state: RetryCallState) -> bool:
        # The one place that tenacity asks about every outcome, so it is where attempts are reported.
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, CallError):
            return False
        if on_failure is not None:
            await on_failure(state.attempt_number, error.failure)
        return error.failure.retryable

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.failure.retry_after_seconds if isinstance(error, CallError) else None
        grown = min(policy.longest_seconds, policy.base_seconds * 2.0 ** (state.attempt_number - 1))
        return max(grown * rng.uniform(0.5, 1.0), (asked or 0.0) + policy.base_seconds * rng.random() / 4)

    def stop(state: RetryCallState) -> bool:
        waited = state.idle_for + state.upcoming_sleep
        return state.attempt_number >= policy.attempts or waited > policy.total_wait_seconds

    return AsyncRetrying(retry=may_go_away, wait=wait, stop=stop, sleep=sleep, reraise=True)

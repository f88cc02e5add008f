"""Which failed calls are made again, when, and how often.

Only failures that may go away are retried. The wait is what the endpoint asks for, or exponential with
jitter when it asks for less; it ends after a number of attempts or a total of waiting, whichever is first.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from generator.model.errors import CallError

Result = TypeVar("Result")
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class RetryPolicy:
    """``attempts`` in all, the first included; waits grow from ``base_seconds`` to ``longest_seconds``."""

    attempts: int = 6
    base_seconds: float = 0.5
    longest_seconds: float = 30.0
    total_wait_seconds: float = 600.0


async def call_with_retries(
    policy: RetryPolicy, call: Callable[[], Awaitable[Result]], *, rng: Random, sleep: Sleep = asyncio.sleep
) -> Result:
    """What ``call`` returns, made again while its ``CallError`` may go away.

    The last ``CallError`` is raised as it came; any other exception passes at once.
    """
    try:
        return await call()
    except CallError as error:
        first = [error]

    async def attempt() -> Result:
        # Most calls need but one attempt and none of the machinery for more: it begins with what that one met.
        if first:
            raise first.pop()
        return await call()

    def may_go_away(error: BaseException) -> bool:
        return isinstance(error, CallError) and error.failure.retryable

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.failure.retry_after_seconds if isinstance(error, CallError) else None
        grown = min(policy.longest_seconds, policy.base_seconds * 2.0 ** (state.attempt_number - 1))
        return max(grown * rng.uniform(0.5, 1.0), (asked or 0.0) + policy.base_seconds * rng.random() / 4)

    def stop(state: RetryCallState) -> bool:
        waited = state.idle_for + state.upcoming_sleep
        return state.attempt_number >= policy.attempts or waited > policy.total_wait_seconds

    again = AsyncRetrying(
        retry=retry_if_exception(may_go_away), wait=wait, stop=stop, sleep=sleep, reraise=True
    )
    return await again(attempt)

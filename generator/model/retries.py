"""Retries failed calls: decides which, when, and how often.

Only temporary failures are retried. The wait grows exponentially with jitter, and is never shorter than what the
endpoint asks for. Retries end after a number of attempts or a total waiting time, whichever comes first.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from generator.model.failures import CallError, Failure
from generator.model.outages import OutageOver, Outages

Result = TypeVar("Result")
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long to retry.

    Args:
        attempts: how often a call is made at most, the first time included.
        base_seconds: the first wait; each later one is twice as long.
        longest_seconds: the longest wait, unless the endpoint asks for a longer one.
        total_wait_seconds: no further attempt is made if all waits together would be longer than this.
    """

    attempts: int = 6
    base_seconds: float = 0.5
    longest_seconds: float = 30.0
    total_wait_seconds: float = 600.0


async def call_with_retries(
    policy: RetryPolicy,
    call: Callable[[], Awaitable[Result]],
    *,
    rng: Random,
    sleep: Sleep = asyncio.sleep,
    outages: Outages | None = None,
    on_wait: Callable[[Failure, float], None] = lambda _failure, _seconds: None,
) -> Result:
    """Call ``call``, and again while it raises a ``CallError`` that is temporary.

    Args:
        rng: for jitter.
        sleep: waits for seconds.
        outages: waits while the endpoint is gone; no attempt counts then. None to treat this as any other failure.
        on_wait: is given the failure and the seconds of each wait before it begins.

    Raises:
        CallError: the last one, when the failure is not temporary or the policy ends the retries. Other exceptions are
            not retried.
        ModelUnavailable: an outage lasted too long.
    """
    key = object()
    attempt = call if outages is None else lambda: outages.attempt(call, key)
    while True:
        try:
            return await _with_retries(policy, attempt, rng=rng, sleep=sleep, on_wait=on_wait)
        except OutageOver:
            continue


async def _with_retries(
    policy: RetryPolicy,
    call: Callable[[], Awaitable[Result]],
    *,
    rng: Random,
    sleep: Sleep,
    on_wait: Callable[[Failure, float], None],
) -> Result:
    try:
        return await call()
    except CallError as error:
        first = [error]

    async def attempt() -> Result:
        # Most calls succeed at once, without tenacity. Its first attempt is the failure of the call above.
        if first:
            raise first.pop()
        return await call()

    def is_temporary(error: BaseException) -> bool:
        return isinstance(error, CallError) and error.failure.retryable

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        requested = error.failure.retry_after_seconds if isinstance(error, CallError) else None
        grown = min(policy.longest_seconds, policy.base_seconds * 2.0 ** (state.attempt_number - 1))
        return max(grown * rng.uniform(0.5, 1.0), (requested or 0.0) + policy.base_seconds * rng.random() / 4)

    def stop(state: RetryCallState) -> bool:
        waited = state.idle_for + state.upcoming_sleep
        return state.attempt_number >= policy.attempts or waited > policy.total_wait_seconds

    def report(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, CallError):
            on_wait(error.failure, state.upcoming_sleep)

    retrying = AsyncRetrying(
        retry=retry_if_exception(is_temporary),
        wait=wait,
        stop=stop,
        sleep=sleep,
        before_sleep=report,
        reraise=True,
    )
    return await retrying(attempt)

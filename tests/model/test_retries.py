"""Which failures are retried, when, and how often."""

from random import Random

import pytest

from generator.model.failures import CallError, Failure
from generator.model.retries import RetryPolicy, call_with_retries


class Endpoint:
    """Fails with the given failures, then answers; records the sleeps."""

    def __init__(self, *failures: Failure | Exception) -> None:
        self.failures = list(failures)
        self.slept: list[float] = []
        self.calls = 0

    async def attempt(self) -> str:
        self.calls += 1
        if not self.failures:
            return "reply"
        failure = self.failures.pop(0)
        raise CallError(failure) if isinstance(failure, Failure) else failure

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def run(self, policy: RetryPolicy | None = None) -> str:
        return await call_with_retries(policy or RetryPolicy(), self.attempt, rng=Random(1), sleep=self.sleep)


DOWN = Failure("transient", "http-503", "overloaded")
LIMITED = Failure("rate_limit", "rate-limit", "slow down", retry_after_seconds=9.0)


async def test_temporary_failures_are_retried():
    endpoint = Endpoint(DOWN, LIMITED, Failure("timeout", "timeout", "late", billed="maybe"))
    assert await endpoint.run() == "reply"
    assert (endpoint.calls, len(endpoint.slept)) == (4, 3)


async def test_waits_grow_with_jitter_and_honour_retry_after():
    endpoint = Endpoint(DOWN, DOWN, DOWN, LIMITED)
    await endpoint.run()
    for slept, full in zip(endpoint.slept[:3], (0.5, 1.0, 2.0), strict=True):
        assert full / 2 <= slept <= full
    assert 9.0 <= endpoint.slept[3] <= 9.2


@pytest.mark.parametrize("kind", ["request", "filtered", "too_long", "fatal"])
async def test_permanent_failures_are_raised_at_once(kind):
    endpoint = Endpoint(Failure(kind, "why", "because"))
    with pytest.raises(CallError, match="because"):
        await endpoint.run()
    assert (endpoint.calls, endpoint.slept) == (1, [])


async def test_attempts_are_counted_and_the_last_failure_is_raised():
    endpoint = Endpoint(*[DOWN] * 10)
    with pytest.raises(CallError, match="overloaded"):
        await endpoint.run(RetryPolicy(attempts=4))
    assert (endpoint.calls, len(endpoint.slept)) == (4, 3)


async def test_retries_end_before_the_total_wait_is_exceeded():
    endpoint = Endpoint(*[LIMITED] * 10)
    with pytest.raises(CallError):
        await endpoint.run(RetryPolicy(attempts=10, total_wait_seconds=20.0))
    assert len(endpoint.slept) == 2


async def test_other_exceptions_pass_at_once():
    endpoint = Endpoint(KeyError("bug"))
    with pytest.raises(KeyError):
        await endpoint.run()
    assert endpoint.calls == 1

"""The pool claims jobs as needed, a bounded number at a time; an error ends the run after the jobs in flight."""

import asyncio
from contextlib import nullcontext

import pytest

from generator.errors import ModelUnavailable, StorageError
from generator.workflows.engine.job_outcome import FIRST_JOBS, CommonFailureCheck, JobOutcome
from generator.workflows.engine.job_pool import JobPool
from generator.workflows.engine.stop_signal import Stopped, StopSignal


class Source:
    def __init__(self, count):
        self.items = list(range(count))
        self.back = []

    async def take(self, limit):
        taken, self.items = self.items[:limit], self.items[limit:]
        return taken

    async def release(self, item):
        self.back.append(item)


async def test_every_job_is_handled_and_no_more_than_the_concurrency_at_once():
    source, done, peak = Source(50), [], 0

    async def handle(item):
        nonlocal peak
        peak = max(peak, pool.in_flight)
        await asyncio.sleep(0)
        done.append(item)

    pool = JobPool(source.take, handle, source.release)
    await pool.run(7)
    assert (sorted(done), peak) == (list(range(50)), 7)


async def test_no_worker_claims_again_once_no_jobs_are_left():
    source, claims = Source(20), []

    async def take(limit):
        claims.append(await source.take(limit))
        return claims[-1]

    async def handle(item):
        await asyncio.sleep(0)

    await JobPool(take, handle, source.release).run(8)
    assert list(map(len, claims)) == [16, 4, 0]


async def test_an_error_ends_the_run_after_those_in_flight():
    source, done = Source(50), []

    async def handle(item):
        await asyncio.sleep(0)
        if item == 3:
            raise StorageError("ledger", "is locked")
        await asyncio.sleep(0)
        done.append(item)

    pool = JobPool(source.take, handle, source.release)
    with pytest.raises(StorageError):
        await pool.run(5)
    assert {0, 1, 2, 4} <= set(done)
    assert len(done) < 49
    assert sorted([*done, 3, *source.back, *source.items]) == list(range(50))


async def test_an_error_while_claiming_drops_no_job_in_flight():
    source, done = Source(3), []
    started = asyncio.Event()

    async def take(limit):
        if not source.items:
            await started.wait()
            raise StorageError("ledger", "is locked")
        return await source.take(1)

    async def handle(item):
        started.set()
        for _ in range(5):
            await asyncio.sleep(0)
        done.append(item)

    with pytest.raises(StorageError):
        await JobPool(take, handle, source.release).run(4)
    assert done == [0, 1, 2]


async def test_a_stop_returns_items_that_were_not_begun():
    source, done, stop = Source(50), [], StopSignal()

    async def handle(item):
        done.append(item)
        stop.is_requested = True

    await JobPool(source.take, handle, source.release, stop).run(1)
    assert done == [0]
    assert sorted([*done, *source.back, *source.items]) == list(range(50))


GOOD = JobOutcome()
BAD = JobOutcome(failure="http-400", reason="http-400: no")
UNASKED = JobOutcome(asked=False, failure="http-400", reason="http-400: no")


async def ended(outcomes, concurrency, stop=None):
    """Handle one job for each outcome; returns the jobs begun, and the error that ended the run."""
    source, begun = Source(len(outcomes)), []

    async def handle(item):
        begun.append(item)
        for _ in range(item % 5):
            await asyncio.sleep(0)
        if isinstance(outcomes[item], Exception):
            raise outcomes[item]
        return outcomes[item]

    pool = JobPool(source.take, handle, source.release, stop, CommonFailureCheck("questions"))
    try:
        await asyncio.wait_for(pool.run(concurrency), 10)
    except ModelUnavailable as error:
        return begun, str(error)
    return begun, None


@pytest.mark.parametrize("concurrency", [1, 7, 20, 32, 300])
async def test_a_run_ends_with_the_failure_that_all_its_first_jobs_ended_with(concurrency):
    begun, error = await ended([BAD] * 400, concurrency)
    assert sorted(begun) == list(range(FIRST_JOBS))
    assert "the first 20 questions all ended with the same failure" in error
    assert "http-400: no" in error


@pytest.mark.parametrize(
    "outcomes",
    [
        [BAD] * 19,
        [BAD] * 19 + [GOOD] + [BAD] * 180,
        [BAD, JobOutcome(failure="timeout")] * 50,
        [GOOD] + [BAD] * 60,
        [UNASKED] * 60,
        [JobOutcome(failure=f"the model refused: {number}") for number in range(60)],
    ],
)
@pytest.mark.parametrize("concurrency", [1, 32, 300])
async def test_a_run_goes_on_where_its_first_jobs_end_in_different_ways(outcomes, concurrency):
    begun, error = await ended(outcomes, concurrency)
    assert (sorted(begun), error) == (list(range(len(outcomes))), None)


async def test_jobs_without_a_call_are_not_among_the_first():
    begun, error = await ended([UNASKED] * 50 + [BAD] * 100, 32)
    assert len(begun) == 50 + FIRST_JOBS
    assert error is not None


@pytest.mark.parametrize("raised", [StorageError("ledger", "is locked"), Stopped("stop")])
async def test_a_run_that_an_error_ends_does_not_wait_for_its_first_jobs(raised):
    stop = StopSignal()

    async def handle(item):
        await asyncio.sleep(0)
        if item == 5:
            stop.is_requested = True
            raise raised
        return BAD

    source = Source(400)
    pool = JobPool(source.take, handle, source.release, stop, CommonFailureCheck("questions"))
    with pytest.raises(StorageError) if isinstance(raised, StorageError) else nullcontext():
        await asyncio.wait_for(pool.run(32), 10)


async def test_a_stop_ends_a_sleep():
    stop, slept = StopSignal(), []

    async def sleep(seconds):
        slept.append(seconds)
        stop.is_requested = len(slept) == 3

    with pytest.raises(Stopped):
        await stop.interruptible(sleep)(120)
    assert slept == [0.5] * 3


async def test_a_sleep_without_a_stop_has_its_full_length():
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    await StopSignal().interruptible(sleep)(1.3)
    assert sum(slept) == pytest.approx(1.3)


def test_a_fatal_failure_stops_a_run_with_a_pool_only():
    alone, pooled = StopSignal(), StopSignal()
    JobPool(None, None, None, pooled)
    for stop in (alone, pooled):
        stop.report_fatal_failure()
    assert (alone.is_requested, pooled.is_requested) == (False, True)

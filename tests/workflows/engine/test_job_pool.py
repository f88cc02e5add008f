"""The pool claims jobs as needed, a bounded number at a time; an error ends the run after the jobs in flight."""

import asyncio
from contextlib import nullcontext

import pytest

from generator.errors import ModelUnavailable, StorageError
from generator.workflows.engine.job_outcome import JobOutcome
from generator.workflows.engine.job_pool import JobPool
from generator.workflows.engine.stopping.stop_signal import Stopped, StopSignal
from generator.workflows.engine.watch.failure_watch import FEWEST, FailureWatch
from tests.support.pools import ListSource


async def test_every_job_is_handled_and_no_more_than_the_concurrency_at_once():
    source, done, peak = ListSource(50), [], 0

    async def handle(item):
        nonlocal peak
        peak = max(peak, pool.in_flight)
        await asyncio.sleep(0)
        done.append(item)

    pool = JobPool(source.take, handle, source.release)
    await pool.run(7)
    assert (sorted(done), peak) == (list(range(50)), 7)


async def test_no_worker_claims_again_once_no_jobs_are_left():
    source, claims = ListSource(20), []

    async def take(limit):
        claims.append(await source.take(limit))
        return claims[-1]

    async def handle(item):
        await asyncio.sleep(0)

    await JobPool(take, handle, source.release).run(8)
    assert list(map(len, claims)) == [16, 4, 0]


async def test_an_error_ends_the_run_after_those_in_flight():
    source, done = ListSource(50), []

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
    source, done = ListSource(3), []
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
    source, done, stop = ListSource(50), [], StopSignal()

    async def handle(item):
        done.append(item)
        stop.is_requested = True

    await JobPool(source.take, handle, source.release, stop).run(1)
    assert done == [0]
    assert sorted([*done, *source.back, *source.items]) == list(range(50))


async def test_a_pool_begins_no_more_than_the_canary_until_its_outcome_is_known():
    source, begun, watch = ListSource(200), [], FailureWatch("questions", 200)

    async def handle(item):
        begun.append(item)
        most = len(begun)
        for _ in range(5):
            await asyncio.sleep(0)
        return JobOutcome() if most > FEWEST else JobOutcome(causes=frozenset({"refused"}))

    with pytest.raises(ModelUnavailable):
        await asyncio.wait_for(JobPool(source.take, handle, source.release, watch=watch).run(64), 10)
    assert begun == list(range(FEWEST))
    assert sorted([*begun, *source.back, *source.items]) == list(range(200))


@pytest.mark.parametrize("raised", [StorageError("ledger", "is locked"), Stopped("stop")])
async def test_a_run_that_an_error_ends_does_not_wait_for_its_canary(raised):
    stop = StopSignal()

    async def handle(item):
        await asyncio.sleep(0)
        if item == 5:
            stop.is_requested = True
            raise raised
        return JobOutcome(causes=frozenset({"refused"}))

    source = ListSource(400)
    pool = JobPool(source.take, handle, source.release, stop, FailureWatch("questions", 400))
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

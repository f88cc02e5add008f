"""The pool: bounded, claims as it goes, and an error ends the run without dropping what is in flight."""

import asyncio
from contextlib import nullcontext

import pytest

from generator.errors import ModelUnavailable, StorageError
from generator.workflows.engine.job_pool import FIRST, FirstItems, Outcome, Pool, Stop, Stopped


class Source:
    def __init__(self, count):
        self.items = list(range(count))
        self.back = []

    async def take(self, limit):
        taken, self.items = self.items[:limit], self.items[limit:]
        return taken

    async def give_back(self, item):
        self.back.append(item)


async def test_every_item_is_done_with_no_more_than_so_many_at_once():
    source, done, peak = Source(50), [], 0

    async def handle(item):
        nonlocal peak
        peak = max(peak, pool.in_flight)
        await asyncio.sleep(0)
        done.append(item)

    pool = Pool(source.take, handle, source.give_back)
    await pool.run(7)
    assert (sorted(done), peak) == (list(range(50)), 7)


async def test_an_error_ends_the_run_after_those_in_flight():
    source, done = Source(50), []

    async def handle(item):
        await asyncio.sleep(0)
        if item == 3:
            raise StorageError("ledger", "is locked")
        await asyncio.sleep(0)
        done.append(item)

    pool = Pool(source.take, handle, source.give_back)
    with pytest.raises(StorageError):
        await pool.run(5)
    assert {0, 1, 2, 4} <= set(done)
    assert len(done) < 49
    assert sorted([*done, 3, *source.back, *source.items]) == list(range(50))


async def test_an_error_while_taking_drops_no_item_in_flight():
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
        await Pool(take, handle, source.give_back).run(4)
    assert done == [0, 1, 2]


async def test_a_stop_returns_items_that_were_not_begun():
    source, done, stop = Source(50), [], Stop()

    async def handle(item):
        done.append(item)
        stop.requested = True

    await Pool(source.take, handle, source.give_back, stop).run(1)
    assert done == [0]
    assert sorted([*done, *source.back, *source.items]) == list(range(50))


GOOD = Outcome()
BAD = Outcome(failure="http-400", reason="http-400: no")
UNASKED = Outcome(asked=False, failure="http-400", reason="http-400: no")


async def ended(outcomes, concurrency, stop=None):
    """Work off as many items, each with its outcome; what was begun, and the error that ended it."""
    source, begun = Source(len(outcomes)), []

    async def handle(item):
        begun.append(item)
        for _ in range(item % 5):
            await asyncio.sleep(0)
        if isinstance(outcomes[item], Exception):
            raise outcomes[item]
        return outcomes[item]

    pool = Pool(source.take, handle, source.give_back, stop, FirstItems("questions"))
    try:
        await asyncio.wait_for(pool.run(concurrency), 10)
    except ModelUnavailable as error:
        return begun, str(error)
    return begun, None


@pytest.mark.parametrize("concurrency", [1, 7, 20, 32, 300])
async def test_a_run_ends_with_the_failure_that_all_its_first_items_ended_with(concurrency):
    begun, error = await ended([BAD] * 400, concurrency)
    assert sorted(begun) == list(range(FIRST))
    assert "the first 20 questions all ended with the same failure" in error
    assert "http-400: no" in error


@pytest.mark.parametrize(
    "outcomes",
    [
        [BAD] * 19,
        [BAD] * 19 + [GOOD] + [BAD] * 180,
        [BAD, Outcome(failure="timeout")] * 50,
        [GOOD] + [BAD] * 60,
        [UNASKED] * 60,
        [Outcome(failure=f"the model refused: {number}") for number in range(60)],
    ],
)
@pytest.mark.parametrize("concurrency", [1, 32, 300])
async def test_a_run_goes_on_where_the_first_items_end_in_any_other_way(outcomes, concurrency):
    begun, error = await ended(outcomes, concurrency)
    assert (sorted(begun), error) == (list(range(len(outcomes))), None)


async def test_items_that_needed_no_call_are_not_among_the_first():
    begun, error = await ended([UNASKED] * 50 + [BAD] * 100, 32)
    assert len(begun) == 50 + FIRST
    assert error is not None


@pytest.mark.parametrize("raised", [StorageError("ledger", "is locked"), Stopped("stop")])
async def test_a_run_that_ends_otherwise_does_not_wait_for_its_first_items(raised):
    stop = Stop()

    async def handle(item):
        await asyncio.sleep(0)
        if item == 5:
            stop.requested = True
            raise raised
        return BAD

    source = Source(400)
    pool = Pool(source.take, handle, source.give_back, stop, FirstItems("questions"))
    with pytest.raises(StorageError) if isinstance(raised, StorageError) else nullcontext():
        await asyncio.wait_for(pool.run(32), 10)


async def test_a_stop_reaches_whoever_sleeps():
    stop, slept = Stop(), []

    async def sleep(seconds):
        slept.append(seconds)
        stop.requested = len(slept) == 3

    with pytest.raises(Stopped):
        await stop.interruptible(sleep)(120)
    assert slept == [0.5] * 3


async def test_a_sleep_is_as_long_as_it_was_to_be():
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    await Stop().interruptible(sleep)(1.3)
    assert sum(slept) == pytest.approx(1.3)


def test_only_a_pool_is_ended_by_the_failure_of_a_call():
    alone, pooled = Stop(), Stop()
    Pool(None, None, None, pooled)
    for stop in (alone, pooled):
        stop.fail()
    assert (alone.requested, pooled.requested) == (False, True)

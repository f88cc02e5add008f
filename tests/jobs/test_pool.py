"""The pool: bounded, claims as it goes, and an error ends the run without dropping what is in flight."""

import asyncio

import pytest

from generator.errors import StorageError
from generator.jobs.pool import Pool, Stop


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


async def test_a_stop_gives_back_what_was_not_begun():
    source, done, stop = Source(50), [], Stop()

    async def handle(item):
        done.append(item)
        stop.requested = True

    await Pool(source.take, handle, source.give_back, stop).run(1)
    assert done == [0]
    assert sorted([*done, *source.back, *source.items]) == list(range(50))

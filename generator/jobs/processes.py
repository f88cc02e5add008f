"""Spreads work on many files over several processes, in order and without holding it all in memory."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_CHUNK = 64
_MOST = 4
_SEVERAL_FROM = 500


def in_order(
    work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], *, processes: int | None = None
) -> Iterator[Result]:
    """``work`` done on chunks of ``items``, its results one by one in the order of the items.

    Args:
        work: gets a chunk and returns one result for each of its items; it must be picklable.
        items: are sent to the processes as they are.
        processes: how many; by default one per core, at most four, and none beside this one for few items.
    """
    done = 0
    count = processes or min(_MOST, _cores())
    if count > 1 and len(items) >= _SEVERAL_FROM:
        try:
            for result in _spread(work, items, count):
                yield result
                done += 1
        except BrokenProcessPool:
            pass  # no memory for them, or a main module that cannot be imported again: go on alone
    for at in range(done, len(items), _CHUNK):
        yield from work(items[at : at + _CHUNK])


def _spread(
    work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], count: int
) -> Iterator[Result]:
    chunks = (items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK))
    # Not forked: the process may have threads. Ctrl-C is this process's affair.
    with ProcessPoolExecutor(
        count,
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    ) as pool:
        try:
            pending = deque(pool.submit(work, chunk) for chunk in islice(chunks, 4 * count))
            while pending:
                yield from pending.popleft().result()
                pending.extend(pool.submit(work, chunk) for chunk in islice(chunks, 1))
        finally:
            pool.shutdown(cancel_futures=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""Spreads work on many items over several processes, in order and without holding it all in memory."""

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_CHUNK = 64
# New objects between two rounds of the garbage collector. Python's own 700 costs a run about 3 % of its time.
_ROUND = 20_000
# Chunks that may be ahead of what is taken: whoever takes them may pause for a second.
_AHEAD = 32
_MOST = 4
SEVERAL_FROM = 500
"""So many items are worth the start of processes."""


def in_order(
    make: Callable[[], Callable[[Sequence[Item]], list[Result]]],
    items: Iterable[Item],
    *,
    processes: int | None = None,
) -> Iterator[Result]:
    """What is done to ``items``, result by result in their order.

    Args:
        make: called once in each process, it gives what does a chunk and returns one result for each of its
            items; it must be picklable.
        items: are read about two thousand ahead, and sent to the processes as they are.
        processes: how many; by default one per core, at most four, and none beside this one for few items.
    """
    waiting = iter(items)
    first = list(islice(waiting, SEVERAL_FROM))
    waiting = chain(first, waiting)
    count = processes or cores()
    if count > 1 and len(first) == SEVERAL_FROM:
        sent: deque[tuple[list[Item], Future[list[Result]] | None]] = deque()
        try:
            yield from _spread(make, waiting, count, sent)
            return
        except BrokenProcessPool:
            # No room for them, or a main module that cannot be imported again: go on alone.
            waiting = chain((item for chunk, _ in sent for item in chunk), waiting)
    work = make()
    while chunk := list(islice(waiting, _CHUNK)):
        yield from work(chunk)


def settle() -> None:
    """Before work on many items begins: what is there by now stays, and needs no look of the garbage collector."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ROUND)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within the block Ctrl-C waits; a process begun in it is deaf to Ctrl-C, which is this process's affair."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    held: list[int] = []
    # The mask is this thread's own: while another one runs, only the handler can wait.
    swaps = threading.current_thread() is threading.main_thread() and (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if swaps:
        signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if swaps:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if held:
            raise KeyboardInterrupt


def cores() -> int:
    """How many processes are worth their memory here, at most four."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST, here)


def _spread(
    make: Callable[[], Callable[[Sequence[Item]], list[Result]]],
    items: Iterator[Item],
    count: int,
    sent: deque[tuple[list[Item], "Future[list[Result]] | None"]],
) -> Iterator[Result]:
    """The results of the processes; ``sent`` holds the chunks whose results are not out yet."""
    settle()
    with _pool(count, make) as pool:
        try:
            while True:
                while len(sent) < _AHEAD and (chunk := list(islice(items, _CHUNK))):
                    sent.append((chunk, None))  # kept, should there be nobody left to take it
                    sent[-1] = (chunk, _submitted(pool, chunk))
                if not sent:
                    return
                future = sent[0][1]
                assert future is not None
                results = future.result()
                sent.popleft()
                yield from results
        finally:
            pool.shutdown(cancel_futures=True)


def _pool(count: int, make: Callable[[], Callable[[Sequence[Any]], list[Any]]]) -> ProcessPoolExecutor:
    try:
        # Not forked: the process may have threads.
        return ProcessPoolExecutor(
            count, mp_context=get_context("spawn"), initializer=_set_up, initargs=(make,)
        )
    except OSError as error:
        raise BrokenProcessPool(str(error)) from error


def _submitted(pool: ProcessPoolExecutor, chunk: Sequence[Any]) -> "Future[list[Any]]":
    """A chunk on its way; handing it over is what starts the processes."""
    try:
        with undisturbed():
            return pool.submit(_done, chunk)
    except OSError as error:
        raise BrokenProcessPool(str(error)) from error


_work: Callable[[Sequence[Any]], list[Any]]


def _set_up(make: Callable[[], Callable[[Sequence[Any]], list[Any]]]) -> None:
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _work = make()
    settle()


def _end_with_parent() -> None:
    """A pool's process waits for work for ever, also when whoever gave it was killed."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _done(chunk: Sequence[Any]) -> list[Any]:
    return _work(chunk)

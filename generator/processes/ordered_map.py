"""Processes many items in worker processes; results come in order, and only a part of them is in memory at a time."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from functools import cache, partial
from itertools import chain, islice
from typing import Any, TypeVar

from generator.processes.pool import WorkerError, WorkerPool, default_workers, running_in_thread
from generator.processes.protocol import Tasks
from generator.processes.worker import freeze_gc

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item]], list[Result]]
"""Returns one result for each item, in order."""

PARALLEL_FROM = 500
"""From this number of items (a few milliseconds each), worker processes are faster than one process."""

_CHUNK = 64
# How many chunks may be sent before their results are consumed, so the workers have work if the consumer pauses.
_AHEAD = 32
_TASK = "work"


def ordered_map(
    make: Callable[[], Work[Item, Result]],
    items: Iterable[Item],
    *,
    processes: int | None = None,
    parallel_from: int = PARALLEL_FROM,
) -> Generator[Result, None, None]:
    """The results for ``items``, in their order.

    What a worker cannot do (it died, could not be started, or raised) is done in this process.

    Args:
        make: called once in each process; returns the function that does the work. Must be picklable, and not defined
            in ``__main__``.
        items: about two thousand items are read ahead of the results that are consumed.
        processes: the number of workers; by default ``default_workers``. With one, this process does the work.
        parallel_from: with fewer items, this process does the work.

    Raises:
        Exception: what the work raises in this process.
    """
    remaining = iter(items)
    first = list(islice(remaining, parallel_from))
    remaining = chain(first, remaining)
    chunks = iter(lambda: list(islice(remaining, _CHUNK)), [])
    count = processes or default_workers()
    local_work = cache(make)

    def results(chunk: list[Item], future: "Future[list[Result]] | None") -> list[Result]:
        if future is not None:
            with suppress(WorkerError):
                return future.result()
        return local_work()(chunk)

    with ExitStack() as stack:
        submit: Callable[..., Future[list[Result]]] | None = None
        if count > 1 and len(first) == parallel_from:
            freeze_gc()
            with suppress(
                OSError, RuntimeError
            ):  # where no thread can be started, this process does the work
                submit = stack.enter_context(running_in_thread(WorkerPool(partial(_tasks, make), count)))
        ahead = 1 if submit is None else _AHEAD
        sent: deque[tuple[list[Item], Future[list[Result]] | None]] = deque()
        for chunk in chunks:
            sent.append((chunk, submit and submit(_TASK, chunk)))
            if len(sent) == ahead:
                yield from results(*sent.popleft())
        while sent:
            yield from results(*sent.popleft())


def _tasks(make: Callable[[], Work[Any, Any]]) -> Tasks:
    return {_TASK: make()}

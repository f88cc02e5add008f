"""Work on many items, spread over worker processes, in order and without holding it all in memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
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
"""Takes some items and returns one result for each, in order."""

PARALLEL_FROM = 500
"""So many items, of some milliseconds each, are worth the start of worker processes."""

_CHUNK = 64
# Chunks that may be ahead of the results taken: whoever takes them may pause for a second.
_AHEAD = 32
_TASK = "work"


def ordered_map(
    make: Callable[[], Work[Item, Result]],
    items: Iterable[Item],
    *,
    processes: int | None = None,
    parallel_from: int = PARALLEL_FROM,
) -> Iterator[Result]:
    """The results of work on ``items``, in their order.

    What a worker could not do, because it died, could not be started, or raised, is done in this process.

    Args:
        make: called once in each process, it returns the work; must be picklable, and not defined in ``__main__``.
        items: read about two thousand ahead of the results taken.
        processes: how many workers; by default one per core, at most four. With one, all is done in this process.
        parallel_from: with fewer items, all is done in this process.
    """
    waiting = iter(items)
    first = list(islice(waiting, parallel_from))
    waiting = chain(first, waiting)
    chunks = iter(lambda: list(islice(waiting, _CHUNK)), [])
    count = processes or default_workers()
    here = cache(make)

    def results(chunk: list[Item], future: "Future[list[Result]] | None") -> list[Result]:
        if future is not None:
            with suppress(WorkerError):
                return future.result()
        return here()(chunk)

    with ExitStack() as stack:
        submit: Callable[..., Future[list[Result]]] | None = None
        if count > 1 and len(first) == parallel_from:
            freeze_gc()
            with suppress(OSError, RuntimeError):  # without room for a thread, go on alone
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

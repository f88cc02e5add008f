"""One thread in which a project does all of its work, one call after the other.

So calls work in a notebook, where an event loop runs in the thread of the caller already, and from any thread. And the
first Ctrl-C of the caller can wait for the model calls in flight, as that of a command does.
"""

import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from generator.errors import UsageError
from generator.workflows.engine.stopping.signals import StopRequests, stopped_by

Result = TypeVar("Result")

# On Windows, Ctrl-C does not end a wait.
_LONGEST_WAIT = 0.5


class OwnThread:
    """A thread that does the work of its callers."""

    def __init__(self, name: str) -> None:
        self._own: set[int] = set()
        self._pool = ThreadPoolExecutor(1, name, initializer=lambda: self._own.add(threading.get_ident()))
        self.is_closed = False

    def run(self, work: Callable[[], Result]) -> Result:
        """What ``work`` returns or raises, done in the thread.

        Raises:
            UsageError: the thread is closed.
            KeyboardInterrupt: Ctrl-C, after the work has ended. The first asks it to stop, the second to cancel its calls.
        """
        if self.is_closed:
            raise UsageError("the project is closed")
        if self._is_current:  # a callback of the work calls the project
            return work()
        requests, is_interrupted = StopRequests(), False
        future = self._pool.submit(_prepared, work, requests)
        while not future.done():
            try:
                wait((future,), timeout=_LONGEST_WAIT)
            except KeyboardInterrupt:
                is_interrupted = True
                requests.ask()
        if is_interrupted:
            raise KeyboardInterrupt
        return future.result()

    def close(self) -> None:
        """End the thread, after the work that it does."""
        self.is_closed = True
        self._pool.shutdown(wait=not self._is_current)

    @property
    def _is_current(self) -> bool:
        return threading.get_ident() in self._own


def _prepared(work: Callable[[], Result], requests: StopRequests) -> Result:
    """Do the work. The garbage collector, which a run tunes for itself, is afterwards as it was."""
    threshold, frozen = gc.get_threshold(), gc.get_freeze_count()
    try:
        with stopped_by(requests):
            return work()
    finally:
        gc.set_threshold(*threshold)
        if not frozen and gc.get_freeze_count():
            gc.unfreeze()

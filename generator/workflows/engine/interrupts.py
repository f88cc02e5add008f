"""Runs a workflow's event loop so that Ctrl-C loses nothing: the first lets calls in flight end, the second drops them."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from generator.content.display import plural
from generator.errors import GeneratorError
from generator.processes.worker import freeze_gc

Result = TypeVar("Result")


class Stoppable(Protocol):
    """What can be asked to begin nothing new."""

    @property
    def in_flight(self) -> int:
        """How many calls are under way."""
        ...

    def stop(self) -> None:
        """Begin nothing new."""


class Interruption:
    """Whether a run was interrupted, and the error that ended it early, if one did."""

    def __init__(self, note: Callable[[str], None] = lambda _: None) -> None:
        self.interrupted = False
        self.error: GeneratorError | None = None
        self._note = note
        self._pool: Stoppable | None = None
        self._task: asyncio.Task[Any] | None = None

    def watch(self, pool: Stoppable) -> None:
        """Stop this pool on the first Ctrl-C."""
        self._pool = pool

    def begin(self, task: "asyncio.Task[Any]") -> None:
        """The task to cancel on the second Ctrl-C."""
        self._task = task

    def interrupt(self) -> None:
        """One Ctrl-C."""
        if self.interrupted or self._pool is None:
            if self._task is not None:
                self._task.cancel()
        else:
            self._pool.stop()
            self._note(
                f"stopping: waiting for {plural(self._pool.in_flight, 'call')} in flight; Ctrl-C again drops them"
            )
        self.interrupted = True


def run_async(work: Coroutine[Any, Any, Result], interruption: Interruption) -> Result:
    """Run ``work`` to its end on a fast event loop; SIGINT and SIGTERM go to ``interruption``.

    Raises:
        KeyboardInterrupt: Ctrl-C twice.
    """

    async def watched() -> Result:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(work)
        interruption.begin(task)
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, interruption.interrupt)
            except (NotImplementedError, RuntimeError, ValueError):
                # Windows, and threads other than the main one, have no handlers: the default one ends the process,
                # and the ledger survives it.
                break
        return await task

    gc.collect()
    freeze_gc()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(watched())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _loop_factory() -> Any:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop

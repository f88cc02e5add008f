"""Runs a job's event loop so that Ctrl-C loses nothing: the first lets calls in flight end, the second drops them."""

import asyncio
import gc
import signal
import sys
from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

from generator.cli.output import note
from generator.errors import GeneratorError
from generator.processes.worker import freeze_gc

Result = TypeVar("Result")


class Stoppable(Protocol):
    """What can be asked to begin nothing new."""

    @property
    def in_flight(self) -> int:
        """How many are in work."""
        ...

    def stop(self) -> None:
        """Begin nothing new."""


class Interruptible:
    """What became of a run besides its result."""

    def __init__(self) -> None:
        self.interrupted = False
        self.error: GeneratorError | None = None
        self._pool: Stoppable | None = None
        self._task: asyncio.Task[Any] | None = None

    def watch(self, pool: Stoppable) -> None:
        """Stop this pool on Ctrl-C."""
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
            note(f"stopping: {self._pool.in_flight} calls in flight are waited for; Ctrl-C again drops them")
        self.interrupted = True


def run_async(work: Coroutine[Any, Any, Result], stop: Interruptible) -> Result:
    """Run ``work`` to its end on a fast loop.

    Raises:
        KeyboardInterrupt: Ctrl-C twice.
    """

    async def watched() -> Result:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(work)
        stop.begin(task)
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, stop.interrupt)
            except (
                NotImplementedError
            ):  # Windows: the default handler ends the run, which the ledger survives
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

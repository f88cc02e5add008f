"""Runs a workflow so that Ctrl-C loses nothing: the first waits for the calls in flight, the second cancels them."""

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
    """Work that can be stopped."""

    @property
    def in_flight(self) -> int:
        """How many calls are in flight."""
        ...

    def stop(self) -> None:
        """Begin no further call."""


class Interruption:
    """Handles the Ctrl-C of a run.

    Args:
        note: shows a line to a person.

    Attributes:
        interrupted: whether there was a Ctrl-C.
        error: the error that ended the run early; None without one. Set by the workflow.
    """

    def __init__(self, note: Callable[[str], None] = lambda _: None) -> None:
        self.interrupted = False
        self.error: GeneratorError | None = None
        self._note = note
        self._pool: Stoppable | None = None
        self._task: asyncio.Task[Any] | None = None

    def watch(self, pool: Stoppable) -> None:
        """Have the first Ctrl-C stop this pool."""
        self._pool = pool

    def watch_task(self, task: "asyncio.Task[Any]") -> None:
        """Have the second Ctrl-C cancel this task."""
        self._task = task

    def interrupt(self) -> None:
        """Handle one Ctrl-C. Without a pool to stop, the first one cancels the task."""
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
    """Run ``work`` to its end on a fast event loop; ``interruption`` handles SIGINT and SIGTERM.

    Raises:
        KeyboardInterrupt: Ctrl-C twice.
    """

    async def watched() -> Result:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(work)
        interruption.watch_task(task)
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, interruption.interrupt)
            except (NotImplementedError, RuntimeError, ValueError):
                # Windows, and threads other than the main one, allow no handlers. The default handler ends the
                # process, and the next run goes on from the ledger.
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

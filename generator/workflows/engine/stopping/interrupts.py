"""Runs a workflow so that Ctrl-C loses nothing: the first waits for the calls in flight, the second cancels them."""

import asyncio
import gc
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar

from generator.content.display import plural
from generator.errors import GeneratorError
from generator.processes.worker import freeze_gc
from generator.workflows.engine.stopping.signals import sent_to

Result = TypeVar("Result")


class Stoppable(Protocol):
    """Work that can be stopped."""

    @property
    def in_flight(self) -> int:
        """How many calls are in flight."""
        ...

    def stop(self) -> None:
        """Begin no further call, and end every wait for one."""


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
        self._work: Stoppable | None = None
        self._task: asyncio.Task[Any] | None = None

    def watch(self, work: Stoppable) -> None:
        """Have the first Ctrl-C stop this work; at once if it came before."""
        self._work = work
        if self.interrupted:
            work.stop()

    def watch_task(self, task: "asyncio.Task[Any]") -> None:
        """Have the second Ctrl-C cancel this task."""
        self._task = task

    def interrupt(self) -> None:
        """Handle one Ctrl-C. Without any work to stop, the first one cancels the task."""
        again, self.interrupted = self.interrupted, True
        if again or self._work is None:
            if self._task is not None:
                self._task.cancel()
            return
        self._work.stop()
        calls = self._work.in_flight
        if calls:
            self._note(f"stopping: waiting for {plural(calls, 'call')} in flight; Ctrl-C again drops them")
        else:
            self._note("stopping: no call is in flight")


@contextmanager
def stop_flag() -> Iterator[Callable[[], bool]]:
    """During the block, the first Ctrl-C interrupts nothing; the function says whether it came."""
    asked = threading.Event()
    with sent_to(asked.set):
        yield asked.is_set


def run_async(work: Coroutine[Any, Any, Result], interruption: Interruption) -> Result:
    """Run ``work`` to its end on a fast event loop; ``interruption`` handles Ctrl-C, SIGTERM and SIGHUP.

    Raises:
        KeyboardInterrupt: Ctrl-C twice.
    """

    async def watched() -> Result:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(work)
        interruption.watch_task(task)

        def interrupt() -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(interruption.interrupt)

        with sent_to(interrupt):
            return await task

    try:
        gc.collect()
        freeze_gc()
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(watched())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        work.close()  # where a signal came before it began


def _loop_factory() -> Any:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop

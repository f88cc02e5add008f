"""An event loop whose clock jumps to the next timer, so that minutes of waiting pass in milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    now = 0.0
    in_threads = 0

    def select(self, timeout: float | None = None) -> Any:
        if self.in_threads:  # time stands still until the thread wakes the loop
            return super().select(timeout)
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout + 1e-9  # past the timer in spite of rounding
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """``loop.time()`` starts at 0 and stands still while anything can run, in a thread of the loop too."""

    def __init__(self) -> None:
        self._virtual = _JumpingSelector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> "asyncio.Future[Any]":
        future = super().run_in_executor(executor, func, *args)
        self._virtual.in_threads += 1
        future.add_done_callback(self._leave_thread)
        return future

    def _leave_thread(self, _: object) -> None:
        self._virtual.in_threads -= 1


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """``asyncio.run`` in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)

"""A machine that has no room for another process, or loses one."""

import errno
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import count
from multiprocessing import resource_tracker, util
from typing import Any


def refusing(start: int) -> Callable[..., int]:
    """In place of ``multiprocessing.util.spawnv_passfds``: the process that is begun ``start``-th finds no room."""
    resource_tracker.ensure_running()  # is no process of the test's
    begun = count(1)
    real = util.spawnv_passfds

    def begin(*arguments: object) -> int:
        if next(begun) == start:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        pid: int = real(*arguments)
        return pid

    return begin


class Breaking(ProcessPoolExecutor):
    """Found broken when the tenth chunk is handed in: a process died while the results of others were taken."""

    submitted = 0

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        self.submitted += 1
        if self.submitted == 10:
            raise BrokenProcessPool("a process died")
        return super().submit(work, *arguments, **options)

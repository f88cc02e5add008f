"""A machine that has no room for another process."""

import errno
from collections.abc import Callable
from itertools import count
from multiprocessing import resource_tracker, util


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

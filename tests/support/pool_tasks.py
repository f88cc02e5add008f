"""What the workers of a pool can do in tests, and how the tests wait for it. Workers import it: it imports little."""

import asyncio
import os
import threading
from typing import Any

from generator.processes.pool import WorkerPool
from generator.processes.protocol import Tasks
from generator.processes.worker import limit_memory

MEETING = 5
PATIENCE = 30.0


def tasks() -> Tasks:
    """Tasks of a worker; each worker has a gate and a meeting point of its own."""
    gate, meeting = asyncio.Event(), asyncio.Barrier(MEETING)

    async def meet() -> int:
        await meeting.wait()
        return os.getpid()

    async def hold() -> int:
        await gate.wait()
        return os.getpid()

    async def fail_later(reason: str) -> None:
        await asyncio.sleep(0)
        raise LookupError(reason)

    return {
        "pid": os.getpid,
        "square": lambda number: (number * number, os.getpid()),
        "echo": lambda value: value,
        "meet": meet,
        "hold": hold,
        "release": gate.set,
        "fail": lambda reason: int(reason),
        "fail_later": fail_later,
        "give_what_cannot_be_sent": lambda: lambda: None,
        "die": lambda: os._exit(3),
        "hang": lambda: threading.Event().wait(),
    }


def no_tasks() -> Tasks:
    """Cannot be made: such a worker dies before its first call."""
    os._exit(4)


async def soon(calls: Any) -> Any:
    """The result, or a failed test instead of one that waits for ever."""
    return await asyncio.wait_for(calls, PATIENCE)


async def pids_of(pool: WorkerPool, size: int) -> set[int]:
    """The processes: calls made together go to one worker each."""
    return set(await soon(asyncio.gather(*(pool.call("pid") for _ in range(size)))))


def plain_tasks() -> Tasks:
    """Without coroutines; with as much memory as a worker needs."""
    limit_memory(1_000_000_000)
    return {"pid": os.getpid, "fill": lambda size: len(bytes(size)), "die": lambda: os._exit(3)}

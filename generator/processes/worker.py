"""A worker's side: makes its tasks, then answers calls over a socket until the pool's process hangs up or dies.

Imports little, because a pool waits for it: only workers whose tasks are coroutines load asyncio.
"""

import gc
import inspect
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from generator.processes.protocol import MessageBuffer, Tasks, encoded, failure

# New objects between two rounds of the garbage collector. Python's own 700 costs a run about 3 % of its time.
_GC_THRESHOLD = 20_000
_READ_BYTES = 1 << 18


def freeze_gc() -> None:
    """Have the garbage collector pass over every object that exists now, garbage too, and run less often.

    To be called before work on many items.
    """
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)


def limit_memory(size: int) -> None:
    """Let this process have at most ``size`` bytes of address space; what asks for more gets MemoryError.

    Does nothing where the system knows no such limit (Windows).
    """
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(
        resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard)
    )


def main() -> None:
    """The life of a worker: the first message is what makes its tasks, the others are calls."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the process that started this one
    gc.disable()  # while modules are imported: nothing of them is garbage
    connection, buffer = _connection(), MessageBuffer()
    messages = _messages(connection, buffer)
    with suppress(StopIteration, ConnectionError):
        tasks: Tasks = next(messages)()
        freeze_gc()
        gc.enable()
        if any(inspect.iscoroutinefunction(task) for task in tasks.values()):
            from generator.processes.async_worker import serve

            serve(connection, buffer, tasks)
        for call in messages:
            connection.sendall(_answer(tasks, *call))
    os._exit(0)  # at once: there is nothing to tidy up, and threads of libraries may still run


def _connection() -> socket.socket:
    """The socket that the pool gave this process as standard input."""
    if sys.platform == "win32":  # pragma: no cover
        return socket.fromshare(sys.stdin.buffer.read())
    return socket.socket(fileno=0)


def _messages(connection: socket.socket, buffer: MessageBuffer) -> Iterator[Any]:
    while data := connection.recv(_READ_BYTES):
        yield from buffer.feed(data)


def _answer(tasks: Tasks, number: int, name: str, arguments: tuple[Any, ...]) -> bytes:
    try:
        return encoded((number, True, tasks[name](*arguments)))
    except Exception as error:  # noqa: BLE001 - reported to the caller
        return failure(number, error)

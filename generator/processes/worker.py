"""The main program of a worker: creates its tasks, then answers calls until the pool's process closes the connection.

Imports few modules, because the pool waits for it: only workers whose tasks are coroutines import asyncio.
"""

import gc
import inspect
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from generator.processes.protocol import MessageBuffer, Tasks, encode, encode_failure

# New objects between two runs of the garbage collector. Python's default of 700 costs about 3 % of the time.
_GC_THRESHOLD = 20_000
_READ_BYTES = 1 << 18


def freeze_gc() -> None:
    """Make the garbage collector ignore all objects that exist now, and run less often. For work on many items."""
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)


@contextmanager
def paused_gc() -> Iterator[None]:
    """Within the block, the garbage collector does not run; later, it ignores all objects of the block.

    For work that makes very many objects, hardly any of which refer to each other in a circle.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def limit_memory(size: int) -> None:
    """Limit the address space of this process to ``size`` bytes: beyond it, Python raises MemoryError.

    Does nothing on systems without this limit (Windows).
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
    """Run a worker until the pool's process closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one handles Ctrl-C
    gc.disable()  # during imports, which create no garbage
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
    os._exit(0)  # at once: there is nothing to clean up, and threads of libraries may still run


def _connection() -> socket.socket:
    """The socket that the pool passed to this process as standard input."""
    if sys.platform == "win32":  # pragma: no cover
        return socket.fromshare(sys.stdin.buffer.read())
    return socket.socket(fileno=0)


def _messages(connection: socket.socket, buffer: MessageBuffer) -> Iterator[Any]:
    while data := connection.recv(_READ_BYTES):
        yield from buffer.feed(data)


def _answer(tasks: Tasks, number: int, name: str, arguments: tuple[Any, ...]) -> bytes:
    try:
        return encode((number, True, tasks[name](*arguments)))
    except Exception as error:  # noqa: BLE001 - reported to the caller
        return encode_failure(number, error)

"""The pool: starts workers, sends each call to the least busy worker, and continues when a worker dies.

Workers have no state that matters. When one dies, only its unfinished calls are lost. It is not replaced.
"""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from typing import Any, cast

from generator.errors import GeneratorError
from generator.processes.protocol import MessageBuffer, Tasks, encode

AnyFuture = asyncio.Future[Any] | Future[Any]
_MOST_WORKERS = 4


class WorkerError(GeneratorError):
    """A call to a worker has no result."""


class WorkerLost(WorkerError):
    """The worker died before it answered the call."""


class NoWorker(WorkerLost):
    """There is no worker for the call; the message says why."""


class WorkerFailed(WorkerError):
    """The task raised; the message contains the type and text of its exception."""


def default_workers() -> int:
    """The number of workers that are worth their memory on this machine: one per available core, at most four."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_WORKERS, available)


class WorkerPool:
    """Worker processes, as an async context manager. At its end the workers are killed.

    Args:
        make: called once in each worker; returns the tasks. Must be picklable, and not defined in ``__main__``.
        size: the number of workers. If the system cannot start all of them, the pool has fewer, or none.

    Raises:
        Exception: ``make`` cannot be pickled; the type depends on its contents.
    """

    def __init__(self, make: Callable[[], Tasks], size: int) -> None:
        self._first_message = encode(make)
        self._size = size
        self._workers: list[_Worker] = []
        self._reason = "no worker process is left"

    async def __aenter__(self) -> "WorkerPool":
        try:
            for _ in range(self._size):
                self._workers.append(await _Worker.start(self._first_message))
        except OSError as error:
            self._reason = error.strerror or str(error)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.wait()

    @property
    def has_workers(self) -> bool:
        """Whether any worker is alive."""
        return any(worker.alive for worker in self._workers)

    async def call(self, name: str, *arguments: Any) -> Any:
        """Have the worker with the fewest unfinished calls run the task ``name``, and return its result.

        Raises:
            NoWorker: all workers are dead, or none could be started.
            WorkerLost: the worker died before it answered.
            WorkerFailed: the task raised, there is no task of this name, or its result cannot be pickled.
        """
        future = asyncio.get_running_loop().create_future()
        self.submit(future, name, *arguments)
        return await future

    def submit(self, future: AnyFuture, name: str, *arguments: Any) -> None:
        """As :meth:`call`, with the result or exception set on ``future``. Call it in the thread of the pool's loop."""
        alive = [worker for worker in self._workers if worker.alive]
        try:
            if not alive:
                raise NoWorker(self._reason)
            min(alive, key=lambda worker: worker.unfinished_calls).submit(future, name, arguments)
        except Exception as error:  # noqa: BLE001 - raised where the future is awaited
            future.set_exception(error)


@contextmanager
def running_in_thread(pool: WorkerPool) -> Iterator[Callable[..., "Future[Any]"]]:
    """Run the pool in a thread during the block, for code without an event loop.

    Yields:
        A function with the arguments of :meth:`WorkerPool.call`, which returns a future of the result at once.

    Raises:
        OSError, RuntimeError: the system cannot start the loop or its thread.
    """
    started: Future[None] = Future()
    end = asyncio.Event()

    async def run() -> None:
        try:
            async with pool:
                started.set_result(None)
                await end.wait()
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    def submit(*arguments: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        loop.call_soon_threadsafe(pool.submit, future, *arguments)
        return future

    with closing(asyncio.new_event_loop()) as loop:
        thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
        try:
            thread.start()
            started.result()
            yield submit
        finally:
            if thread.is_alive():
                loop.call_soon_threadsafe(end.set)
                thread.join()


class _Worker(asyncio.Protocol):
    """One worker process and its unfinished calls."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.alive = True
        self._process = process
        self._buffer = MessageBuffer()
        self._calls: dict[int, AnyFuture] = {}
        self._number = 0

    @classmethod
    async def start(cls, first_message: bytes) -> "_Worker":
        """Start a worker. It can be called at once; the calls wait until it is ready.

        Args:
            first_message: creates the worker's tasks.

        Raises:
            OSError: the system cannot start another process.
        """
        own_end, worker_end = socket.socketpair()
        with worker_end:
            try:
                process = _start_process(worker_end)
            except BaseException:
                own_end.close()
                raise
        loop = asyncio.get_running_loop()
        transport, worker = await loop.create_connection(lambda: cls(process), sock=own_end)
        transport.write(first_message)
        return worker

    @property
    def unfinished_calls(self) -> int:
        """How many calls the worker has not answered yet."""
        return len(self._calls)

    def submit(self, future: AnyFuture, name: str, arguments: tuple[Any, ...]) -> None:
        self._number += 1
        self._transport.write(encode((self._number, name, arguments)))
        self._calls[self._number] = future

    def kill(self) -> None:
        """End the process at once; its unfinished calls are lost."""
        self._process.kill()
        self.connection_lost(None)
        self._transport.abort()

    def wait(self) -> None:
        """Wait for the process to end."""
        self._process.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        for number, succeeded, result in self._buffer.feed(data):
            future = self._calls.pop(number)
            if future.done():  # the caller has cancelled it
                continue
            if succeeded:
                future.set_result(result)
            else:
                future.set_exception(WorkerFailed(result))

    def connection_lost(self, error: Exception | None) -> None:
        self.alive = False
        for future in self._calls.values():
            if not future.done():
                future.set_exception(WorkerLost("a worker process died"))
        self._calls.clear()


def _start_process(connection: socket.socket) -> "subprocess.Popen[bytes]":
    """Start a worker process with the socket as its standard input, in a process group that Ctrl-C does not reach."""
    # A worker searches for modules in the same places as this process.
    program = f"import sys; sys.path[:] = {sys.path!r}; from generator.processes.worker import main; main()"
    command = [sys.executable, "-c", program]
    if sys.platform == "win32":  # pragma: no cover
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert process.stdin is not None
        with process.stdin:
            process.stdin.write(connection.share(process.pid))
        return process
    return subprocess.Popen(command, stdin=connection.fileno(), stdout=subprocess.DEVNULL, process_group=0)

"""A crew of worker processes that do for a run what takes the processor: HTTP exchanges and pure work on texts.

What has to be decided in one place (pace, money, the ledger) stays in the run's own process; its workers keep
no state that matters, so one that dies costs no more than what it had in hand. Each is spoken to over a socket
of its own, with as many calls under way as wanted.
"""

import asyncio
import os
import pickle
import signal
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from typing import Any, cast

from generator.errors import GeneratorError
from generator.workflows.engine.process_map import settle, undisturbed

Action = Callable[..., Any]
"""What a worker can do: a function, or one that returns a coroutine. Arguments and results go by pickle."""

_SIZE = struct.Struct("!I")
_LEAVE_SECONDS = 2.0


class WorkerLost(GeneratorError):
    """The worker that had the call in hand died, or none is left."""


class WorkerFailed(GeneratorError):
    """What the worker did raised; the message tells what."""


class Crew:
    """Worker processes, as an async context manager.

    Args:
        make: called once in each worker, it gives what can be called there by name; it must be picklable.
        size: how many workers.
    """

    def __init__(self, make: Callable[[], Mapping[str, Action]], size: int) -> None:
        self._make = make
        self._size = size
        self._workers: list[_Worker] = []

    async def __aenter__(self) -> "Crew":
        try:
            for _ in range(self._size):
                self._workers.append(await _Worker.started(self._make))
        except OSError:
            pass  # no room for another process: those that are there do, or the run itself
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.leave()
        await asyncio.gather(*(asyncio.to_thread(worker.end) for worker in self._workers))
        self._workers.clear()

    @property
    def present(self) -> bool:
        """Whether any worker is left."""
        return any(worker.present for worker in self._workers)

    async def call(self, name: str, *arguments: Any) -> Any:
        """What the least busy worker makes of it.

        Raises:
            WorkerLost: nobody is there to do it, or whoever did it died.
            WorkerFailed: it raised there.
        """
        present = [worker for worker in self._workers if worker.present]
        if not present:
            raise WorkerLost("no worker process is left")
        return await min(present, key=lambda worker: worker.busy).call(name, arguments)


class _Worker(asyncio.Protocol):
    """One worker as the run sees it."""

    def __init__(self) -> None:
        self.present = True
        self._process: SpawnProcess | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._frames = _Frames()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._number = 0

    @classmethod
    async def started(cls, make: Callable[[], Mapping[str, Action]]) -> "_Worker":
        """A worker on its way: calls wait until it is there."""
        here, there = socket.socketpair()
        with there:
            # Not forked: the process may have threads.
            process = get_context("spawn").Process(target=_serve, args=(there, make), daemon=True)
            try:
                with undisturbed():
                    process.start()
            except BaseException:
                here.close()
                raise
        here.setblocking(False)
        _, worker = await asyncio.get_running_loop().create_unix_connection(cls, sock=here)
        worker._process = process
        return worker

    @property
    def busy(self) -> int:
        """How many calls it has in hand."""
        return len(self._waiting)

    async def call(self, name: str, arguments: tuple[Any, ...]) -> Any:
        assert self._transport is not None
        self._number += 1
        frame = _frame((self._number, name, arguments))
        future = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        self._transport.write(frame)
        done, result = await future
        if not done:
            raise WorkerFailed(result)
        return result

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        for number, done, result in self._frames.fed(data):
            future = self._waiting.pop(number)
            if not future.done():
                future.set_result((done, result))

    def connection_lost(self, error: Exception | None) -> None:
        self.present = False
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(WorkerLost("a worker process died"))
        self._waiting.clear()

    def leave(self) -> None:
        """Hang up, upon which the worker ends."""
        self.present = False
        if self._transport is not None:
            self._transport.close()

    def end(self) -> None:
        """Wait for the process to end; one that does not is killed."""
        assert self._process is not None
        self._process.join(_LEAVE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _serve(connection: socket.socket, make: Callable[[], Mapping[str, Action]]) -> None:
    """A worker's life: from the first call until the run hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be blocked
    connection.setblocking(False)
    with suppress(ImportError):
        import uvloop

        uvloop.install()
    actions = make()
    settle()
    asyncio.run(_work(connection, actions))
    os._exit(0)  # nothing is left to be tidied up, and threads of libraries may linger


async def _work(connection: socket.socket, actions: Mapping[str, Action]) -> None:
    gone = asyncio.get_running_loop().create_future()
    await asyncio.get_running_loop().create_unix_connection(lambda: _Server(actions, gone), sock=connection)
    await gone


class _Server(asyncio.Protocol):
    """The run as a worker sees it."""

    def __init__(self, actions: Mapping[str, Action], gone: "asyncio.Future[None]") -> None:
        self._actions = actions
        self._gone = gone
        self._frames = _Frames()
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        for number, name, arguments in self._frames.fed(data):
            task = asyncio.create_task(self._do(number, name, arguments))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._gone.done():
            self._gone.set_result(None)

    async def _do(self, number: int, name: str, arguments: tuple[Any, ...]) -> None:
        try:
            result = self._actions[name](*arguments)
            answer = _frame((number, True, await result if asyncio.iscoroutine(result) else result))
        except Exception as error:  # noqa: BLE001 - told to the run, which knows what to do
            answer = _frame((number, False, f"{type(error).__name__}: {error}"))
        self._transport.write(answer)


class _Frames:
    """Messages out of a stream of bytes."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def fed(self, data: bytes) -> Iterator[Any]:
        """The messages that are whole now."""
        self._buffer += data
        at = 0
        while len(self._buffer) - at >= _SIZE.size:
            (size,) = _SIZE.unpack_from(self._buffer, at)
            end = at + _SIZE.size + size
            if len(self._buffer) < end:
                break
            with memoryview(self._buffer) as view:
                message = pickle.loads(view[at + _SIZE.size : end])
            at = end
            yield message
        del self._buffer[:at]


def _frame(message: Any) -> bytes:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _SIZE.pack(len(data)) + data

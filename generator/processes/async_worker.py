"""Runs a worker's calls concurrently in an event loop, for tasks that are coroutines, such as HTTP exchanges."""

import asyncio
import inspect
import os
import socket
from typing import Any, cast

import uvloop

from generator.processes.protocol import MessageBuffer, Tasks, encode, encode_failure


def serve(connection: socket.socket, buffer: MessageBuffer, tasks: Tasks) -> None:
    """Answer calls, those in the buffer first. When the pool's process closes the connection, this process ends."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(connection, buffer, tasks))


async def _serve(connection: socket.socket, buffer: MessageBuffer, tasks: Tasks) -> None:
    await asyncio.get_running_loop().create_connection(lambda: _Server(buffer, tasks), sock=connection)
    await asyncio.Event().wait()  # _Server.connection_lost ends the process


class _Server(asyncio.Protocol):
    """The worker's side of the socket."""

    def __init__(self, buffer: MessageBuffer, tasks: Tasks) -> None:
        self._buffer = buffer
        self._tasks = tasks
        self._running: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self.data_received(b"")

    def data_received(self, data: bytes) -> None:
        for call in self._buffer.feed(data):
            task = asyncio.create_task(self._answer(*call))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def connection_lost(self, error: Exception | None) -> None:
        os._exit(0)  # at once: nobody waits for the calls that are still running

    async def _answer(self, number: int, name: str, arguments: tuple[Any, ...]) -> None:
        try:
            result = self._tasks[name](*arguments)
            data = encode((number, True, await result if inspect.isawaitable(result) else result))
        except Exception as error:  # noqa: BLE001 - reported to the caller
            data = encode_failure(number, error)
        self._transport.write(data)

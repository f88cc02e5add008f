"""The protocol between a pool and its workers: pickled messages, each preceded by its length.

The first message to a worker is the function that creates its tasks. The others are calls: a number, a task's name,
arguments. An answer contains the number of the call, whether the task succeeded, and its result or, as text, the
exception that it raised.
"""

import pickle
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Tasks = Mapping[str, Callable[..., Any]]
"""The functions that a worker can run, by name. Arguments and results are pickled.

If any task is a coroutine function, calls run concurrently; otherwise one after the other.
"""

_LENGTH = struct.Struct("!I")


def encode(message: Any) -> bytes:
    """A message as bytes for the socket.

    Raises:
        Exception: the message cannot be pickled; the type depends on its contents.
    """
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(data)) + data


class MessageBuffer:
    """Collects bytes from the socket until they are complete messages."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Add bytes and yield the messages that are complete now."""
        self._data += data
        while len(self._data) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._data)[0]
            if len(self._data) < end:
                return
            with memoryview(self._data) as view:
                message = pickle.loads(view[_LENGTH.size : end])
            del self._data[:end]
            yield message


def encode_failure(number: int, error: Exception) -> bytes:
    """The answer to the call ``number``, whose task raised ``error``."""
    return encode((number, False, f"{type(error).__name__}: {error}"))

"""What a pool and its workers agree on: tasks by name, and pickled messages that are preceded by their length.

The first message to a worker is what makes its tasks; the others are calls: a number, a task's name, arguments. An
answer is the number of the call, whether the task succeeded, and its result, or else what it raised as text.
"""

import pickle
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Tasks = Mapping[str, Callable[..., Any]]
"""What a worker can do, by name. Arguments and results are pickled.

If any task is a coroutine function, the calls run side by side, else one after the other.
"""

_LENGTH = struct.Struct("!I")


def encoded(message: Any) -> bytes:
    """The pickled message, preceded by its length, as it goes over the socket.

    Raises:
        Exception: it cannot be pickled; which one depends on what is in it.
    """
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(data)) + data


class MessageBuffer:
    """Bytes from the socket that are not a whole message yet."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Add bytes; yields the messages that are whole now."""
        self._data += data
        while len(self._data) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._data)[0]
            if len(self._data) < end:
                return
            with memoryview(self._data) as view:
                message = pickle.loads(view[_LENGTH.size : end])
            del self._data[:end]
            yield message


def failure(number: int, error: Exception) -> bytes:
    """The answer to the call of this number, whose task raised."""
    return encoded((number, False, f"{type(error).__name__}: {error}"))

"""A small memory of things that are costly to make again: the oldest half is dropped when it is full."""

from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key, of a size of ``most`` together at most. Threads may share it: one lost to a race is made again.

    Args:
        size: how large a value is; by default 1.
    """

    def __init__(self, most: int, *, size: Callable[[V], int] = lambda _: 1) -> None:
        self._most = most
        self._size = size
        self._filled = 0
        self._new: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """The value, if it is still kept; it counts as used."""
        value = self._new.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self.put(key, value)
        return value

    def put(self, key: K, value: V) -> V:
        """Keep the value, and give it back."""
        self._new[key] = value
        self._filled += self._size(value)
        if self._filled >= self._most // 2:
            self._old, self._new, self._filled = self._new, {}, 0
        return value

    def clear(self) -> None:
        """Keep nothing."""
        self._new, self._old, self._filled = {}, {}, 0

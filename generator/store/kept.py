"""A small memory of things that are costly to make again: the oldest half is dropped when it is full."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most ``most`` values by key. Threads may share it: a value lost to a race is only made again."""

    def __init__(self, most: int) -> None:
        self._most = most
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
        if len(self._new) >= self._most // 2:
            self._old, self._new = self._new, {}
        return value

    def clear(self) -> None:
        """Keep nothing."""
        self._new, self._old = {}, {}

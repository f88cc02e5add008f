"""Makes something of an object once, however often it is asked for: schemas and parameters go with most requests."""

from collections.abc import Callable
from typing import Generic, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

_MOST = 64


class OncePerObject(Generic[Given, Made]):
    """A function that is called once for each object. Objects are told apart by identity, and never changed."""

    def __init__(self, make: Callable[[Given], Made]) -> None:
        self._make = make
        self._made: dict[int, tuple[Given, Made]] = {}

    def __call__(self, given: Given) -> Made:
        known = self._made.get(id(given))
        if known is None:
            if len(self._made) >= _MOST:
                self._made.clear()
            # The object is kept with what was made of it, so that its id stays its own.
            known = self._made[id(given)] = (given, self._make(given))
        return known[1]

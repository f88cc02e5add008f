"""How much a test takes on: a stated share every time, the whole where GENERATOR_NIGHTLY=1."""

import os
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

NIGHTLY = os.environ.get("GENERATOR_NIGHTLY") == "1"


def every(step: int, items: Sequence[Item]) -> Sequence[Item]:
    """Each ``step``-th item, the first among them; all of them at night."""
    return items if NIGHTLY else items[::step]


def examples(count: int = 100) -> int:
    """How many examples a property is tried on: so many, or fifty times as many at night."""
    return count * 50 if NIGHTLY else count

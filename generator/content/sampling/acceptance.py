"""Acceptance sampling: how many random drafts of a lot must be read, and what those that were read say of the lot.

The numbers are exact: they follow from the hypergeometric distribution, which is that of drawing without replacement
from a lot of finite size, and are computed with integers and fractions. A share and a confidence are between 0 and 1.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb

from generator.content.display import plural

DEFAULT_CONFIDENCE = 0.95
DEFAULT_LIMIT = 0.05
# The usual goals; a reached goal is shown with the next stricter one.
_LIMITS = (0.05, 0.01, 0.001)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a sample is to show: that less than the share ``limit`` of the lot is bad, with this confidence."""

    confidence: float = DEFAULT_CONFIDENCE
    limit: float = DEFAULT_LIMIT

    def __str__(self) -> str:
        return f"under {_percent(_exact(self.limit))} bad with {_percent(_exact(self.confidence))} confidence"


def draw_order(seed: str, numbers: Iterable[int]) -> list[int]:
    """The numbers in an order that is random but for the seed; its first n are a simple random sample of n.

    Whether other numbers are in the lot does not change the order of two.
    """
    return sorted(numbers, key=lambda number: (hashlib.sha256(f"{seed}:{number}".encode()).digest(), number))


def needed(size: int | None, goal: Goal) -> int:
    """How many random drafts must be read without finding a bad one, to show the goal.

    Args:
        size: of the lot; None for one of infinite size.
    """
    doubt, limit = 1 - _exact(goal.confidence), _exact(goal.limit)
    low, high = 0, 1  # too few, enough
    while not _shows(size, high, doubt, limit):
        low, high = high, high * 2 if size is None else min(high * 2, size)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _shows(size, middle, doubt, limit) else (middle, high)
    return high


def most_bad(size: int, read: int, bad: int, confidence: float) -> int:
    """The most bad drafts that a lot can have, with this confidence, if ``bad`` of ``read`` random ones are."""
    doubt = 1 - _exact(confidence)
    low, high = bad, size - read + bad + 1  # possible, impossible
    while high - low > 1:
        middle = (low + high) // 2
        is_possible = _at_most(size, middle, read, bad) > doubt * comb(size, read)
        low, high = (middle, high) if is_possible else (low, middle)
    return low


@dataclass(frozen=True, slots=True)
class Sample:
    """The random draws of a lot that were read.

    Args:
        size: of the lot.
        read: how many of the random draws are judged.
        serious, minor: how many of them have a serious fault, or had a minor one.
    """

    size: int
    read: int
    serious: int
    minor: int
    goal: Goal

    @property
    def needed(self) -> int:
        """How many must be read without a serious fault."""
        return needed(self.size, self.goal)

    @property
    def missing(self) -> int:
        """How many more must be read."""
        return max(0, self.needed - self.read)

    @property
    def most_bad(self) -> int:
        """The most drafts of the lot that can have a serious fault, those found included."""
        return most_bad(self.size, self.read, self.serious, self.goal.confidence)

    @property
    def progress(self) -> str:
        """How far the reading is: ``12 of 59 read, 0 serious, 2 minor``."""
        return f"{self.read:,} of {max(self.needed, self.read):,} read, {self.serious:,} serious, {self.minor:,} minor"

    @property
    def sentence(self) -> str:
        """What the sample says of the lot, and how many more are needed for the goal, or for a stricter one."""
        found = f"{self.serious:,} of {self.read:,} bad"
        if self.read == self.size:
            return f"all {self.size:,} read, {self.serious:,} bad"
        if self.serious:
            share = Fraction(self.most_bad, self.size)
            return f"{found}: up to {_percent(share)} bad with {_percent(_exact(self.goal.confidence))} confidence"
        if not self.read:
            return f"nothing read yet; 0 of {self.needed:,} bad shows {self.goal}"
        if self.missing:
            return f"{found}: {self._shown(1.0)}; {self.missing:,} more for under {_percent(_exact(self.goal.limit))}"
        return f"{found}: {self._shown(self.goal.limit)}{self._stricter()}"

    @property
    def minor_sentence(self) -> str:
        """What the sample says of minor faults, which stay in the drafts that nobody reads; empty without any."""
        if not self.minor or self.read == self.size:
            return ""
        share = Fraction(most_bad(self.size, self.read, self.minor, self.goal.confidence), self.size)
        return (
            f"{plural(self.minor, 'minor fault')} corrected: up to {_percent(share)} of the lot have one"
            f" with {_percent(_exact(self.goal.confidence))} confidence"
        )

    def _shown(self, limit: float) -> str:
        """The bound that the sample shows, which is at most ``limit``."""
        bound = min(Fraction(self.most_bad + 1, self.size), _exact(limit))
        return f"under {_percent(bound)} bad with {_percent(_exact(self.goal.confidence))} confidence"

    def _stricter(self) -> str:
        for limit in _LIMITS:
            total = needed(self.size, Goal(self.goal.confidence, limit))
            if limit < self.goal.limit and total > self.read:
                return f"; {total:,} for under {_percent(_exact(limit))}"
        return ""


def _shows(size: int | None, read: int, doubt: Fraction, limit: Fraction) -> bool:
    """Whether so many random drafts without a bad one show that less than ``limit`` of the lot is bad."""
    if size is None:
        return (1 - limit) ** read <= doubt
    bad = ceil(limit * size)  # the fewest that are not under the limit
    return comb(size - bad, read) <= doubt * comb(size, read)


def _at_most(size: int, bad: int, read: int, found: int) -> int:
    """How many of the samples of ``read`` have at most ``found`` bad ones, where ``bad`` of the lot are."""
    return sum(comb(bad, each) * comb(size - bad, read - each) for each in range(min(found, read) + 1))


def _exact(share: float) -> Fraction:
    """The number that a person wrote: 0.05 is 1/20."""
    return Fraction(repr(float(share)))


def _percent(share: Fraction) -> str:
    """A share in percent, rounded up to one digit if it is 1 % or more, else to the first two that are not 0."""
    value = share * 100
    digits = 1
    while 0 < value * 10 ** (digits - 1) < 1:
        digits += 1
    rounded = Fraction(ceil(value * 10**digits), 10**digits)
    return f"{float(rounded):.{digits}f}".rstrip("0").rstrip(".") + " %"

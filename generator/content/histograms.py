"""Distributions as bars, and the one of description lengths, as audit and SEO report show it."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from generator.content.limits import SeoLimits
from generator.content.seo import seen_length

_BIN = 20
_LAST_BIN = 400


class Bar(NamedTuple):
    """How many articles; ``share`` is the bar's length, 1 for the longest, ``within`` whether the limits allow it."""

    label: str
    articles: int
    share: float
    within: bool


def bars(rows: Iterable[tuple[str, int, bool]]) -> tuple[Bar, ...]:
    """Bars of labels, counts, and whether the limits allow them."""
    rows = tuple(rows)
    longest = max((count for _, count, _ in rows), default=0) or 1
    return tuple(Bar(label, count, count / longest, within) for label, count, within in rows)


def length_bin(description: str, limits: SeoLimits) -> int:
    """The number above which the bin of a description's length begins; the last bin has no end."""
    length = seen_length("page_description", description, limits)
    return min(max(length - 1, 0) // _BIN * _BIN, _LAST_BIN)


def length_label(low: int) -> str:
    """The lengths in the bin that begins above ``low``."""
    return f"{low + 1}–{low + _BIN}" if low < _LAST_BIN else f"over {_LAST_BIN}"


def length_bars(counts: Counter[int], limits: SeoLimits) -> tuple[Bar, ...]:
    """Every bin of description lengths; one counts as allowed where a part of it is."""
    seen = limits.description_seen
    return bars(
        (length_label(low), counts[low], low < seen.max and low + _BIN >= seen.min)
        for low in range(0, _LAST_BIN + 1, _BIN)
    )

"""Distributions over the audited articles, beside the limits that the settings set."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from generator.content.histograms import Bar, bars, length_bars, length_bin
from generator.content.limits import Limits, Span
from generator.workflows.audit.requests import AuditOutcome


class Histogram(NamedTuple):
    """A distribution over the articles. ``note`` says what the limits are."""

    title: str
    note: str
    bars: tuple[Bar, ...]


def histograms(audit: AuditOutcome, limits: Limits) -> tuple[Histogram, ...]:
    """The lengths of the descriptions, and words and points of the answers, of the files reported on."""
    seo, answer = limits.seo, limits.answer
    lengths = Counter(length_bin(facts.description, seo) for facts in audit.facts)
    return (
        Histogram(
            "Description as searchers see it",
            f"characters, the site's prefix of {len(seo.description_prefix)} included; search results show about"
            f" {seo.description_total}",
            _shown(length_bars(lengths, seo)),
        ),
        Histogram(
            "Words per answer",
            f"the limits are {answer.words}",
            _bars([facts.words for facts in audit.facts], 50, 1000, answer.words),
        ),
        Histogram(
            "Points per answer",
            f"numbered points; the limits are {answer.points}",
            _bars([facts.points for facts in audit.facts], 1, 15, answer.points),
        ),
    )


def _bars(values: Iterable[int], width: int, last: int, allowed: Span) -> tuple[Bar, ...]:
    """Bars of ``width``; all values from ``last`` on share one bar."""
    counts = Counter(min(value, last) // width for value in values)
    return _shown(
        bars(_row(low, width, last, counts[low // width], allowed) for low in range(0, last + 1, width))
    )


def _row(low: int, width: int, last: int, count: int, allowed: Span) -> tuple[str, int, bool]:
    high = low + width - 1
    label = f"{low}+" if low >= last else str(low) if width == 1 else f"{low}–{high}"
    return label, count, high in allowed


def _shown(found: tuple[Bar, ...]) -> tuple[Bar, ...]:
    """From the first bar with an article to the last."""
    filled = [number for number, bar in enumerate(found) if bar.articles]
    return found[filled[0] : filled[-1] + 1] if filled else ()

"""Distributions over the audited articles, beside the limits that the settings set."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from generator.content.limits import Limits
from generator.workflows.audit.requests import AuditOutcome


class Bar(NamedTuple):
    """How many articles; ``share`` is the bar's length, 1 for the longest, ``within`` whether the limits allow it."""

    label: str
    articles: int
    share: float
    within: bool


class Histogram(NamedTuple):
    """A distribution over the articles. ``note`` says what the limits are."""

    title: str
    note: str
    bars: tuple[Bar, ...]


def histograms(audit: AuditOutcome, limits: Limits) -> tuple[Histogram, ...]:
    """The lengths of the descriptions, and words and points of the answers, of the files reported on."""
    seo, answer = limits.seo, limits.answer
    site = audit.corpus.site
    shown = [len(site.description_of(facts.description)) for facts in audit.facts]
    return (
        Histogram(
            "Description as searchers see it",
            f"characters, the site's prefix of {len(site.description_prefix)} included; search results show about {seo.description_total}",
            _bars(shown, 20, 500, seo.shown_lengths.min, seo.shown_lengths.max),
        ),
        Histogram(
            "Words per answer",
            f"the limits are {answer.words}",
            _bars([facts.words for facts in audit.facts], 50, 1000, answer.words.min, answer.words.max),
        ),
        Histogram(
            "Points per answer",
            f"numbered points; the limits are {answer.points}",
            _bars([facts.points for facts in audit.facts], 1, 15, answer.points.min, answer.points.max),
        ),
    )


def _bars(values: Iterable[int], width: int, last: int, least: int, most: int) -> tuple[Bar, ...]:
    """Bars of ``width`` from the first to the last with an article; all values from ``last`` on share one bar."""
    counts = Counter(min(value, last) // width for value in values)
    if not counts:
        return ()
    tallest = max(counts.values())
    bars = []
    for number in range(min(counts), max(counts) + 1):
        low, high = number * width, number * width + width - 1
        label = str(low) if width == 1 else f"{low}–{high}"
        if low >= last:
            label = f"{low}+"
        count = counts[number]
        bars.append(Bar(label, count, count / tallest, least <= high <= most))
    return tuple(bars)

"""Computes the distributions of an audit report, with the limits of the settings."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from generator.content.limits import Limits
from generator.workflows.audit.requests import AuditOutcome
from generator.workflows.html_reports.histograms import DESCRIPTION_LENGTHS, HistogramBar, HistogramBins


class Histogram(NamedTuple):
    """A distribution over the audited articles. ``note`` describes the limits."""

    title: str
    note: str
    bars: tuple[HistogramBar, ...]


def histograms(audit: AuditOutcome, limits: Limits) -> tuple[Histogram, ...]:
    """The lengths of the descriptions, and the words and points of the answers, of the audited files."""
    seo, answer = limits.seo, limits.answer
    site = audit.corpus.site
    shown = [len(site.description_of(facts.description)) for facts in audit.facts]
    return (
        Histogram(
            "Length of the description in search results",
            f"characters, including the site's prefix of {len(site.description_prefix)};"
            f" search results show about {seo.description_total}",
            _bars(shown, DESCRIPTION_LENGTHS, seo.shown_lengths.min, seo.shown_lengths.max),
        ),
        Histogram(
            "Words per answer",
            f"the limits are {answer.words}",
            _bars(
                [facts.words for facts in audit.facts],
                HistogramBins(50, 1000),
                answer.words.min,
                answer.words.max,
            ),
        ),
        Histogram(
            "Points per answer",
            f"the limits are {answer.points}",
            _bars(
                [facts.points for facts in audit.facts],
                HistogramBins(1, 15),
                answer.points.min,
                answer.points.max,
            ),
        ),
    )


def _bars(values: Iterable[int], scale: HistogramBins, least: int, most: int) -> tuple[HistogramBar, ...]:
    return scale.bars(Counter(map(scale.bin_of, values)), least=least, most=most)

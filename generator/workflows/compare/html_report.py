"""Writes the report of a comparison as one self-contained HTML file: what differs for certain, then every pair."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.workflows.compare.measures import declines_as_expected, facts_share
from generator.workflows.html_reports.page import write_page

if TYPE_CHECKING:
    from generator.workflows.compare.case_pairs import CasePair
    from generator.workflows.compare.recorded import SideDraft
    from generator.workflows.compare.requests import CompareOutcome
    from generator.workflows.compare.statistics import MeasuredDifference

_GROUPS = {
    "criteria": "Criteria",
    "claims": "Claims by verdict, a draft",
    "rules": "Findings by rule, a draft",
    "effort": "Length, tokens, cost and time, a draft",
}
_HALF = 50.0
"""The middle of the scale of an interval, in percent of its width."""


class IntervalBar(NamedTuple):
    """An interval as it is drawn, all in percent of the width; 0 is in the middle."""

    left: float
    width: float
    middle: float


def write_html_report(outcome: CompareOutcome, file: Path) -> None:
    """Write the report to a file.

    Raises:
        StorageError: the file cannot be written.
    """
    report = outcome.report
    groups = {
        title: [(item, interval_bar(item)) for item in report.differences if item.group == group]
        for group, title in _GROUPS.items()
    }
    write_page(
        file,
        Path(__file__).parent / "templates",
        "compare.html",
        created_at=report.created_at,
        report=report,
        groups={title: rows for title, rows in groups.items() if rows},
        pairs=[(pair, _side(pair, pair.a), _side(pair, pair.b)) for pair in report.pairs],
        judged=sum(report.preferences.values()),
        spend=outcome.spend,
    )


def interval_bar(item: MeasuredDifference) -> IntervalBar | None:
    """The interval on a scale that is symmetric around 0 and just holds it; None without an interval."""
    found = item.difference
    if found.low is None or found.high is None:
        return None
    reach = max(abs(found.low), abs(found.high)) or 1.0
    low, high, middle = (_HALF + _HALF * value / reach for value in (found.low, found.high, found.difference))
    return IntervalBar(low, high - low, middle)


def _side(pair: CasePair, draft: SideDraft) -> dict[str, Any]:
    return {
        "draft": draft,
        "facts": facts_share(draft, pair.case),
        "unexpected": declines_as_expected(draft, pair.case) == 0,
    }

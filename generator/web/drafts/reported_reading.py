"""Reads what the page of a draft reports of reading, and records what comes along with a decision."""

from typing import Any

from generator.content.evidence.reading import Reading
from generator.errors import UsageError
from generator.store.ledger.drafts.rows import DraftRow
from generator.web.request_fields import MOST_NUMBER
from generator.workflows.review.reading import ReadingServices, record_reading


def reported_reading(values: dict[str, Any]) -> Reading:
    """The reading of a report, from its ``seconds`` and ``to_end``.

    Raises:
        UsageError: one of them is missing or has the wrong type.
    """
    seconds, to_end = values.get("seconds"), values.get("to_end")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not isinstance(to_end, bool):
        raise UsageError("seconds or to_end is missing")
    if not -MOST_NUMBER <= seconds <= MOST_NUMBER:  # so is no NaN
        raise UsageError("seconds is not a time")
    return Reading(float(seconds), to_end)


def record_last_reading(services: ReadingServices, row: DraftRow, report: object, *, who: str) -> None:
    """Record the report that a page sends along with a decision on the draft, so that the last seconds count.

    Args:
        report: the report as JSON; anything that is none is ignored.
    """
    if isinstance(report, dict) and row.sha is not None:
        record_reading(services, row, row.sha, reported_reading(report), who=who, is_last=True)

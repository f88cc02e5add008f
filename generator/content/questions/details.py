"""What a list says about a question besides what is asked: owner, priority, dates, and every other column."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DETAIL_FIELDS = ("priority", "owner", "due", "publish_on")

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d.*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", re.ASCII)
_MONTH_NAMES = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")


@dataclass(frozen=True)
class QuestionDetails:
    """The columns of a list that do not change what is asked.

    Args:
        kept: every such column: its name as written, and its cell as written (a cell of JSON can have any type).
        priority, owner: on one line; None where the list has none.
        due, publish_on: as YYYY-MM-DD; None where the list has none, or its text is not certainly a date.
        listed: for which of ``DETAIL_FIELDS`` the list has a column, also where its cell is empty.
    """

    kept: Mapping[str, Any] = field(default_factory=dict)
    priority: str | None = None
    owner: str | None = None
    due: str | None = None
    publish_on: str | None = None
    listed: frozenset[str] = frozenset()

    def over(self, earlier: "QuestionDetails") -> "QuestionDetails":
        """These details with what only ``earlier`` has: columns that this list has not keep their values."""
        names = {name.casefold() for name in self.kept}
        kept = {name: value for name, value in earlier.kept.items() if name.casefold() not in names}
        sources = {name: self if name in self.listed else earlier for name in DETAIL_FIELDS}
        fields = {name: getattr(source, name) for name, source in sources.items()}
        return QuestionDetails({**kept, **self.kept}, **fields)


def date_of_cell(text: str) -> str | None:
    """The date in a cell as YYYY-MM-DD; None where it is none, or day and month could be exchanged (``3/4/2026``)."""
    text = text.strip().rstrip(",")
    if found := _ISO.fullmatch(text):
        return _iso_date(found[1], found[2], found[3])
    if found := _DAY_FIRST.fullmatch(text):
        return _iso_date(found[3], found[2], found[1])
    if found := _SLASHES.fullmatch(text):
        readings = {_iso_date(found[3], found[1], found[2]), _iso_date(found[3], found[2], found[1])} - {None}
        return readings.pop() if len(readings) == 1 else None
    return _date_with_month_name(" ".join(text.replace(",", " ").split()))


def _iso_date(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _date_with_month_name(text: str) -> str | None:
    for form in _MONTH_NAMES:
        try:
            return datetime.datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    return None

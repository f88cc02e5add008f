"""Which dates the exports cover together, and how many months that is."""

import calendar
import datetime
from collections.abc import Iterable


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months earlier, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def covered_since(
    ranges: Iterable[tuple[datetime.date, datetime.date]],
) -> tuple[datetime.date, datetime.date] | None:
    """The longest time up to the newest day without a gap, as its first and last day; None without a range.

    Args:
        ranges: first and last days, in any order; they may overlap.
    """
    newest_first = sorted(ranges, key=lambda days: days[1], reverse=True)
    if not newest_first:
        return None
    first, last = newest_first[0]
    for start, end in newest_first:
        if end < first - datetime.timedelta(days=1):
            break
        first = min(first, start)
    return first, last

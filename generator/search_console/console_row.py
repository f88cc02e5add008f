"""Reads one row of an export: its page, its query, its day, and what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.content.dates import parse_date
from generator.content.text import one_line
from generator.search_console.columns import Field
from generator.search_console.numbers import decimal_number, is_not_available, rate, whole_number

_WEB = frozenset({"", "web"})


class BadRow(Exception):
    """A row that cannot be right; the text is the reason."""


@dataclass(frozen=True, slots=True)
class ConsoleRow:
    """A row of an export.

    Args:
        address: of the page; None in a table without pages.
        query: in lower case, as Google shows all queries; empty for those that it does not name.
        day: as YYYY-MM-DD; empty in a table without days.
        is_web: whether it is about web search, and not about images or videos, for example.
        position: the average, from 1; None where it is not available.
        click_rate: as the row itself states it, 0 to 1; None where it does not.
    """

    address: str | None
    query: str
    day: str
    is_web: bool
    clicks: int
    impressions: int
    position: float | None
    click_rate: float | None


def read_row(columns: Mapping[Field, int], cells: Sequence[str]) -> ConsoleRow:
    """Read a row.

    Args:
        columns: the column of each field, from 0.

    Raises:
        BadRow: a cell does not hold what its column should, or there are more clicks than impressions.
    """

    def cell(field: Field) -> str:
        at = columns.get(field)
        return "" if at is None or at >= len(cells) else cells[at].strip()

    clicks, impressions = _count("clicks", cell("clicks")), _count("impressions", cell("impressions"))
    if clicks > impressions:
        raise BadRow(f"it has more clicks ({clicks:,}) than impressions ({impressions:,})")
    if "page" in columns and not cell("page"):
        raise BadRow("it has no address")
    if "sum_position" in columns:
        position = _from_sum(cell("sum_position"), impressions)
    else:
        position = _from_average(cell("position"), impressions)
    return ConsoleRow(
        address=cell("page") if "page" in columns else None,
        query=one_line(cell("query")).casefold(),
        day=_day(cell("date")) if "date" in columns else "",
        is_web=cell("search_type").casefold() in _WEB,
        clicks=clicks,
        impressions=impressions,
        position=position,
        click_rate=rate(cell("ctr")),
    )


def _count(name: str, text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise BadRow(f"{text!r} is no number of {name}")
    return number


def _day(text: str) -> str:
    day = parse_date(text[:10])
    if day is None:
        raise BadRow(f"{text!r} is no date of the form YYYY-MM-DD")
    return day.isoformat()


def _from_sum(text: str, impressions: int) -> float | None:
    """The average of a row of BigQuery, which has the sum of positions that begin at 0 (documentation of its tables)."""
    total = _position(text)
    return None if total is None or not impressions else total / impressions + 1


def _from_average(text: str, impressions: int) -> float | None:
    """The average of any other row. Search Console writes 0 for a value that is not available."""
    average = _position(text)
    if average is None or average == 0 or not impressions:
        return None
    if average < 1:
        raise BadRow(
            f"the position {text} is below 1, but positions of Search Console begin at 1; of a BigQuery export, give the"
            " column sum_position, or sum_position / impressions + 1"
        )
    return average


def _position(text: str) -> float | None:
    """The number in a cell of positions; None where there is none. Raises BadRow for a text, such as a date."""
    number = decimal_number(text)
    if number is None and not is_not_available(text):
        raise BadRow(f"{text!r} is no position")
    return number

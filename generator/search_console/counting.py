"""Adds up the rows of tables by page and query, and refuses a table most of whose rows cannot be right."""

from collections.abc import Callable
from dataclasses import dataclass, field

from generator.content.display import plural
from generator.content.search_data.totals import SearchTotals
from generator.errors import UsageError
from generator.search_console.console_row import BadRow, ConsoleRow, read_row
from generator.search_console.layout import Layout

CUT_ROWS = frozenset({1_000, 25_000, 50_000})
"""Numbers of rows at which exports are cut off: of the website, and of the API by default; of one request of the API at
most; of one day at most (documentation of Search Console and of its API, 2026)."""
_LEAST_IMPRESSIONS = 100
"""With fewer, a click rate that was rounded says too little about clicks and impressions."""
_RATE_TOLERANCE = 0.01
_MOST_EXAMPLES = 3

PathOf = Callable[[str], str | None]
"""The path of the article that an address leads to; None for any other address."""


@dataclass
class _Sum:
    clicks: int = 0
    impressions: int = 0
    weight: int = 0
    """The impressions of the rows with a position."""
    positions: float = 0.0

    def add(self, row: ConsoleRow) -> None:
        self.clicks += row.clicks
        self.impressions += row.impressions
        if row.position is not None:
            self.weight += row.impressions
            self.positions += row.position * row.impressions

    def add_sum(self, other: "_Sum") -> None:
        self.clicks += other.clicks
        self.impressions += other.impressions
        self.weight += other.weight
        self.positions += other.positions

    def totals(self) -> SearchTotals:
        position = self.positions / self.weight if self.weight else None
        return SearchTotals(self.clicks, self.impressions, position)


@dataclass
class Counted:
    """The rows of tables of one kind, added up.

    Args:
        rows: how many were read.
        elsewhere: how many of them are about addresses that are no articles of the site; the first are examples.
        not_web: how many are not about web search, and were left out.
        bad: how many could not be read, and were left out; the first are ``problems``.
        is_cut: whether a table has a number of rows at which exports are cut off.
        first_day, last_day: of the days that rows name, as YYYY-MM-DD; empty without one.
    """

    rows: int = 0
    elsewhere: int = 0
    examples: list[str] = field(default_factory=list)
    not_web: int = 0
    bad: int = 0
    problems: list[str] = field(default_factory=list)
    is_cut: bool = False
    first_day: str = ""
    last_day: str = ""
    _sums: dict[tuple[str, str], _Sum] = field(default_factory=dict)

    def totals(self) -> dict[tuple[str, str], SearchTotals]:
        """The totals by path and query."""
        return {key: item.totals() for key, item in self._sums.items()}

    def add(self, other: "Counted") -> None:
        """Add the rows of another table, already counted."""
        self.rows += other.rows
        self.elsewhere += other.elsewhere
        self.examples = (self.examples + other.examples)[:_MOST_EXAMPLES]
        self.not_web += other.not_web
        self.bad += other.bad
        self.problems = (self.problems + other.problems)[:_MOST_EXAMPLES]
        self.is_cut = self.is_cut or other.is_cut
        self.first_day = min(filter(None, (self.first_day, other.first_day)), default="")
        self.last_day = max(self.last_day, other.last_day)
        for key, item in other._sums.items():
            self._sums.setdefault(key, _Sum()).add_sum(item)

    def add_table(self, name: str, layout: Layout, path_of: PathOf) -> None:
        """Add the rows of a table; ``name`` is for messages.

        Raises:
            UsageError: most of the rows cannot be right.
        """
        rows = bad = rates = wrong_rates = 0
        problem = ""
        for line, cells in layout.rows:
            rows += 1
            try:
                row = read_row(layout.columns, cells)
            except BadRow as error:
                bad += 1
                problem = f"{name}:{line}: {error}"
                if len(self.problems) < _MOST_EXAMPLES:
                    self.problems.append(problem)
                continue
            if row.click_rate is not None and row.impressions >= _LEAST_IMPRESSIONS:
                rates += 1
                wrong_rates += abs(row.click_rate - row.clicks / row.impressions) > _RATE_TOLERANCE
            self._add(row, path_of)
        self.rows += rows
        self.bad += bad
        self.is_cut = self.is_cut or rows in CUT_ROWS
        if bad * 2 > rows:
            raise UsageError(f"{problem}; {bad:,} of {plural(rows, 'row')} cannot be read")
        if wrong_rates * 2 > rates:
            raise UsageError(
                f"{name}: its click rates are not clicks divided by impressions; check which column is which"
            )

    def _add(self, row: ConsoleRow, path_of: PathOf) -> None:
        if not row.is_web:
            self.not_web += 1
            return
        if row.day:
            self.first_day = min(filter(None, (self.first_day, row.day)))
            self.last_day = max(self.last_day, row.day)
        path = ""
        if row.address is not None:
            path = path_of(row.address) or ""
            if not path:
                self.elsewhere += 1
                if len(self.examples) < _MOST_EXAMPLES:
                    self.examples.append(row.address)
                return
        if path or row.query:
            self._sums.setdefault((path, row.query), _Sum()).add(row)

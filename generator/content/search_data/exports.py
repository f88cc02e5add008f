"""One table of a Search Console export: what its rows are about, for which dates, and whether it is complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from generator.content.search_data.totals import SearchTotals

ExportKind = Literal["pages", "queries", "page_queries"]
"""What the rows of an export are about: pages, queries of the whole site, or queries by page."""


@dataclass(frozen=True, slots=True)
class NewExport:
    """One table of an export, to be stored.

    Args:
        first_day, last_day: the range of dates, inclusive, as YYYY-MM-DD.
        rows: how many rows the table has, before rows of one page are added up.
        is_cut: whether the number of rows is one at which exports are cut off: what is missing means nothing.
        elsewhere: how many rows are about addresses that are no articles of the site.
        filters: what the export was limited to, in its own words; empty where it was not.
        source: the names of the files.
        sha256: of the files; the same files are stored once.
        counted: totals by path and query. The query is empty for ``pages``, the path for ``queries``; in
            ``page_queries``, an empty query stands for the queries that Google does not name.
    """

    kind: ExportKind
    first_day: str
    last_day: str
    rows: int
    is_cut: bool
    elsewhere: int
    filters: str
    source: str
    sha256: str
    counted: Mapping[tuple[str, str], SearchTotals]


@dataclass(frozen=True, slots=True)
class Export:
    """A stored export without its rows; the fields as in :class:`NewExport`."""

    id: int
    kind: ExportKind
    first_day: str
    last_day: str
    rows: int
    is_cut: bool
    elsewhere: int
    filters: str
    source: str
    sha256: str
    imported_at: str

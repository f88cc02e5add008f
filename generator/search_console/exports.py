"""Reads the exports of one command: which tables its files have, for which dates, and what they count."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from generator.content.dates import parse_date
from generator.content.display import plural
from generator.content.search_data.exports import ExportKind, NewExport
from generator.content.text import one_line
from generator.errors import UsageError
from generator.search_console.counting import Counted, PathOf
from generator.search_console.layout import Layout, layout_of
from generator.search_console.tables import Table, is_archive, open_tables, sha256_of

_ALWAYS_FILTERED = 2
"""The search type and the dates, which every export of the website names among its filters."""
_ISO_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)\D+(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class DateRange:
    """A range of dates, inclusive, as YYYY-MM-DD."""

    first_day: str
    last_day: str


@dataclass
class ReadExports:
    """What was read.

    Args:
        exports: to be stored.
        notes: what a person should know: rows that were left out, columns that were guessed.
    """

    exports: list[NewExport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class _Download:
    """The tables that were exported together: those of one archive, or all single files of a command."""

    counted: dict[ExportKind, Counted] = field(default_factory=dict)
    names: dict[ExportKind, list[str]] = field(default_factory=dict)
    days: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, table: Table, path_of: PathOf) -> None:
        """Read a table. Raises UsageError as :func:`read_exports`."""
        layout = layout_of(table)
        if layout.guess:
            self.notes.append(layout.guess)
        if layout.kind == "filters":
            rows = chain((table.header,), (row for _, row in layout.rows))
            self.filters += [": ".join(map(one_line, row)) for row in list(rows)[1:]]
        elif layout.kind == "dates":
            self.days += _days(layout)
        elif layout.kind != "ignored":
            self.counted.setdefault(layout.kind, Counted()).add_table(table.name, layout, path_of)
            self.names.setdefault(layout.kind, []).append(table.name)

    def range_of(self, counted: Counted) -> DateRange | None:
        """The dates of a table: those of its own rows, of the table of days, or of the filters; None without any."""
        if counted.first_day:
            return DateRange(counted.first_day, counted.last_day)
        if self.days:
            return DateRange(min(self.days), max(self.days))
        found = next(filter(None, map(_ISO_RANGE.search, self.filters)), None)
        return DateRange(found[1], found[2]) if found else None


def read_exports(files: Sequence[Path], path_of: PathOf, given: DateRange | None) -> ReadExports:
    """Read the exports in some files. The tables of one archive belong together, and so do all files that are no archive.

    Args:
        path_of: the path of the article that an address leads to.
        given: the dates that the person names; None where the files must say them.

    Raises:
        UsageError: a file cannot be read or has other columns, no table counts pages or queries, or the dates are
            unknown or are not those of ``given``.
    """
    archives = [file for file in files if is_archive(file)]
    single = [file for file in files if file not in archives]
    read = ReadExports()
    for together in ([file] for file in archives):
        _read_download(together, path_of, given, read)
    if single:
        _read_download(single, path_of, given, read)
    return read


def _read_download(files: list[Path], path_of: PathOf, given: DateRange | None, read: ReadExports) -> None:
    download = _Download()
    for file in files:
        with open_tables(file) as tables:
            for table in tables:
                if table.header:
                    download.add(table, path_of)
    source = ", ".join(file.name for file in files)
    if not download.counted:
        found = f" ({'; '.join(download.notes)})" if download.notes else ""
        raise UsageError(f"{source}: there is no table of pages or queries{found}")
    sha256 = sha256_of(files)
    read.notes += download.notes
    for kind, counted in download.counted.items():
        dates = _dates(download, counted, given, source)
        read.notes += _notes(counted, ", ".join(download.names[kind]))
        read.exports.append(
            NewExport(
                kind=kind,
                first_day=dates.first_day,
                last_day=dates.last_day,
                rows=counted.rows,
                is_cut=counted.is_cut,
                elsewhere=counted.elsewhere,
                filters="; ".join(download.filters) if len(download.filters) > _ALWAYS_FILTERED else "",
                source=source,
                sha256=sha256,
                counted=counted.totals(),
            )
        )


def _dates(download: _Download, counted: Counted, given: DateRange | None, source: str) -> DateRange:
    """The dates of a table. Raises UsageError where they are unknown, or are not within the given ones."""
    found = download.range_of(counted)
    if given is None and found is None:
        said = f"; it says {'; '.join(download.filters)!r}, which has no dates" if download.filters else ""
        raise UsageError(
            f"{source}: for which dates it was exported is not in it{said}: give --from and --to, or import the whole"
            " download with its table of dates"
        )
    if given is None or found is None:
        return found or given  # type: ignore[return-value]
    if not given.first_day <= found.first_day <= found.last_day <= given.last_day:
        raise UsageError(
            f"{source}: it has dates from {found.first_day} to {found.last_day}, which are not within --from"
            f" {given.first_day} --to {given.last_day}"
        )
    return given


def _days(layout: Layout) -> list[str]:
    at = layout.columns["date"]
    texts = (row[at].strip()[:10] for _, row in layout.rows if at < len(row))
    return [text for text in texts if parse_date(text)]


def _notes(counted: Counted, name: str) -> list[str]:
    notes = []
    if counted.bad:
        notes.append(f"{name}: {plural(counted.bad, 'row')} left out, the first: {counted.problems[0]}")
    if counted.not_web:
        notes.append(f"{name}: {plural(counted.not_web, 'row')} left out that are not about web search")
    if counted.elsewhere:
        notes.append(
            f"{name}: {plural(counted.elsewhere, 'row')} about other addresses than articles, such as"
            f" {counted.examples[0]}"
        )
    return notes

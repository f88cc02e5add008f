"""Reads the exports of one command: which tables its files have, for which dates, and what they count."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from generator.content.dates import parse_date
from generator.content.display import plural
from generator.content.search_data.exports import ExportKind, NewExport
from generator.content.text import one_line
from generator.errors import UsageError
from generator.search_console.counting import Counted, PathOf
from generator.search_console.layout import Layout, layout_of
from generator.search_console.tables import Row, Table, is_archive, open_tables, sha256_of

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
    empty: list[str] = field(default_factory=list)
    """The names of the tables without rows."""
    _read: dict[bytes, str] = field(default_factory=dict)
    """The names of the tables by the hash of their rows."""

    def add(self, table: Table, path_of: PathOf) -> bool:
        """Read a table. Returns False for one with the rows of an earlier table: those count once.

        Raises:
            UsageError: as :func:`read_exports`.
        """
        layout = layout_of(table)
        if layout.guess:
            self.notes.append(layout.guess)
        if layout.kind == "filters":
            rows = chain((table.header,), (row for _, row in layout.rows))
            self.filters += [": ".join(map(one_line, row)) for row in list(rows)[1:]]
        elif layout.kind == "dates":
            self.days += _days(layout)
        elif layout.kind != "ignored":
            return self._count(table, layout, layout.kind, path_of)
        return True

    def _count(self, table: Table, layout: Layout, kind: ExportKind, path_of: PathOf) -> bool:
        counted, rows_hash = Counted(), hashlib.sha256(repr(list(table.header)).encode())
        counted.add_table(table.name, replace(layout, rows=_hashed(layout.rows, rows_hash)), path_of)
        if not counted.rows:
            self.empty.append(table.name)
        earlier = self._read.get(rows_hash.digest())
        if earlier is not None:
            self.notes.append(f"{table.name}: the same rows as in {earlier}, which count once")
            return False
        self._read[rows_hash.digest()] = table.name
        self.names.setdefault(kind, []).append(table.name)
        if kind in self.counted:
            self.counted[kind].add(counted)
        else:
            self.counted[kind] = counted
        return True

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
        UsageError: a file cannot be read, has other columns or has no rows, no table counts pages or queries of the
            site, or the dates are unknown or are not those of ``given``.
    """
    read = ReadExports()
    archives: dict[str, Path] = {}
    single = []
    for file in files:
        if not is_archive(file):
            single.append(file)
        elif (earlier := archives.setdefault(sha256_of([file]), file)) is not file:
            read.notes.append(f"{file.name}: the same file as {earlier.name}, which counts once")
    for file in archives.values():
        _read_download([file], path_of, given, read)
    if single:
        _read_download(single, path_of, given, read)
    return read


def _read_download(files: list[Path], path_of: PathOf, given: DateRange | None, read: ReadExports) -> None:
    download = _Download()
    files = [file for file in files if _add_file(download, file, path_of)]
    source = ", ".join(file.name for file in files)
    if not download.counted:
        found = f" ({'; '.join(download.notes)})" if download.notes else ""
        raise UsageError(f"{source}: there is no table of pages or queries{found}")
    if not any(counted.rows for counted in download.counted.values()):
        raise UsageError(f"{source}: it has no rows")
    sha256 = sha256_of(files)
    read.notes += download.notes
    for kind, counted in download.counted.items():
        if not counted.rows:
            read.notes.append(f"{', '.join(download.names[kind])}: no rows, left out")
            continue
        _require_site(counted, kind, ", ".join(download.names[kind]))
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


def _add_file(download: _Download, file: Path, path_of: PathOf) -> bool:
    """Read the tables of a file. Returns whether one of them was not read before.

    Raises:
        UsageError: as :func:`read_exports`; a file with a single table has no rows.
    """
    is_new = False
    with open_tables(file) as tables:
        for table in tables:
            if table.header:
                is_new |= download.add(table, path_of)
            else:
                download.empty.append(table.name)
    if download.empty and not is_archive(file):
        raise UsageError(f"{file.name}: there is no table of pages or queries with rows")
    return is_new


def _require_site(counted: Counted, kind: ExportKind, name: str) -> None:
    """Raises UsageError for a table that counts nothing of the site."""
    if counted.not_web == counted.rows:
        raise UsageError(f"{name}: no row is about web search")
    if not any(path or kind == "queries" for path, _ in counted.totals()):
        example = f", such as {counted.examples[0]}" if counted.examples else ""
        raise UsageError(
            f"{name}: no row is about an article of the site{example}; site.origin and"
            " site.address in the settings must fit the addresses of the export"
        )


def _hashed(rows: Iterator[Row], into: "hashlib._Hash") -> Iterator[Row]:
    """The rows, each added to a hash."""
    for line, cells in rows:
        into.update(repr(list(cells)).encode())
        yield line, cells


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

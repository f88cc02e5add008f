"""Finds out what the columns of a table hold: by their names, and where these are unknown, by their cells."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

from generator.content.dates import parse_date
from generator.errors import UsageError
from generator.search_console.columns import Field, compares_ranges, fields_of
from generator.search_console.numbers import decimal_number, rate, whole_number
from generator.search_console.tables import Row, Table

TableKind = Literal["pages", "queries", "page_queries", "dates", "filters", "ignored"]

MORE_ROWS_THAN_COUNTRIES = 300
"""A table of the website with more rows and neither addresses nor dates has queries: countries are fewer, all others too."""
_DEVICES = frozenset({"DESKTOP", "MOBILE", "TABLET"})
_COUNTRY_CODE = re.compile(r"[a-z]{3}")
_WEBSITE_COLUMNS = 5
_SAMPLE = 50


@dataclass(frozen=True)
class Layout:
    """What a table is about, and where its columns are.

    Args:
        kind: ``ignored`` for a table that nothing is taken from, such as one of countries.
        columns: the column of each field, from 0.
        rows: the rows below the header.
        guess: what was guessed, in words; empty if the names of the columns are known.
    """

    kind: TableKind
    columns: dict[Field, int]
    rows: Iterator[Row]
    guess: str = ""


def layout_of(table: Table) -> Layout:
    """What a table is about.

    Raises:
        UsageError: its columns are not those of an export, or it compares several ranges of dates.
    """
    if compares_ranges(table.header):
        raise UsageError(
            f"{table.name}: it compares two ranges of dates; export each range alone, without a comparison"
        )
    sample = list(islice(table.rows, MORE_ROWS_THAN_COUNTRIES + 1))
    rows: Iterator[Row] = chain(sample, table.rows)
    fields = fields_of(table.header)
    if "keys" in fields:
        at = fields.index("keys")
        names = _key_fields([_keys(row[at]) for _, row in sample[:_SAMPLE] if at < len(row)], table)
        fields += names
        rows = _with_keys(rows, at, len(table.header))
    columns = _columns(fields)
    cells = [row for _, row in sample]
    if "clicks" in columns and "impressions" in columns:
        return _by_names(table, columns, cells, rows)
    if len(table.header) == 2 and len(sample) <= _SAMPLE and not any(_are_counts(row[1:]) for row in cells):
        return Layout("filters", {}, rows)
    return _by_cells(table, columns, cells, rows)


def _by_names(
    table: Table, columns: dict[Field, int], cells: Sequence[Sequence[str]], rows: Iterator[Row]
) -> Layout:
    """The layout of a table in which the columns of clicks and impressions have known names."""
    kind = _kind(columns)
    if kind is not None:
        return Layout(kind, columns, rows)
    first = next((n for n in range(len(table.header)) if n not in columns.values()), 0)
    return _about(first, table, columns, cells, rows)


def _by_cells(
    table: Table, known: dict[Field, int], cells: Sequence[Sequence[str]], rows: Iterator[Row]
) -> Layout:
    """The layout of a table of the website in an unknown language: its five columns are always in one order."""
    if len(table.header) == _WEBSITE_COLUMNS and cells and all(map(_is_website_row, cells[:_SAMPLE])):
        columns: dict[Field, int] = {"clicks": 1, "impressions": 2, "ctr": 3, "position": 4}
        kind = _kind({**known, **columns})
        if kind is not None:
            return Layout(kind, {**known, **columns}, rows, _guess(table))
        return _about(0, table, columns, cells, rows)
    names = ", ".join(map(repr, table.header[:12])) or "missing"
    raise UsageError(
        f"{table.name}:{table.header_line}: the columns are {names}; expected are those of a Search Console export:"
        " a page or a query, then clicks, impressions, CTR and position, as downloaded; or those of its API (page, query,"
        " clicks, impressions, position) or of its BigQuery export (url, query, impressions, clicks, sum_position)"
    )


def _about(
    at: int, table: Table, columns: dict[Field, int], cells: Sequence[Sequence[str]], rows: Iterator[Row]
) -> Layout:
    """The layout of a table whose first column has an unknown name."""
    firsts = [row[at].strip() for row in cells if at < len(row)]
    if firsts and all(map(is_address, firsts[:_SAMPLE])):
        return Layout("pages", {**columns, "page": at}, rows, _guess(table))
    if firsts and all(parse_date(text[:10]) for text in firsts[:_SAMPLE]):
        return Layout("dates", {**columns, "date": at}, rows)
    if len(cells) > MORE_ROWS_THAN_COUNTRIES:
        return Layout("queries", {**columns, "query": at}, rows, _guess(table))
    return Layout(
        "ignored",
        columns,
        rows,
        f"{table.name} is left out: it is not clear what its column {table.header[at]!r} holds",
    )


def is_address(text: str) -> bool:
    """Whether a cell is the address of a page, absolute or from the root of the site."""
    return text.startswith(("http://", "https://", "/"))


def _guess(table: Table) -> str:
    return f"{table.name}: the columns were recognised by their cells, because the name {table.header[0]!r} is unknown"


def _columns(fields: Sequence[Field]) -> dict[Field, int]:
    columns: dict[Field, int] = {}
    for n, field in enumerate(fields):
        if field != "other":
            columns.setdefault(field, n)
    return columns


def _kind(columns: dict[Field, int]) -> TableKind | None:
    """What a table with these columns is about; None if they do not say it."""
    if "page" in columns:
        return "page_queries" if "query" in columns else "pages"
    if "query" in columns:
        return "queries"
    if "date" in columns:
        return "dates"
    return "ignored" if {"country", "device", "appearance"} & columns.keys() else None


def _is_website_row(cells: Sequence[str]) -> bool:
    if len(cells) != _WEBSITE_COLUMNS or not cells[1].strip() or not cells[2].strip():
        return False
    clicks, impressions = whole_number(cells[1]), whole_number(cells[2])
    return (
        clicks is not None
        and impressions is not None
        and clicks <= impressions
        and rate(cells[3]) is not None
        and decimal_number(cells[4]) is not None
    )


def _are_counts(cells: Sequence[str]) -> bool:
    return any(cell.strip() and whole_number(cell) is not None for cell in cells)


def _keys(cell: str) -> list[str]:
    """The keys of a row of the API: a JSON array, or one as Python prints it."""
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list | tuple):
            return [str(item) for item in value]
    return [cell]


def _key_fields(sample: Sequence[Sequence[str]], table: Table) -> list[Field]:
    """The field that each key holds, by the first rows."""
    width = max(map(len, sample), default=0)
    fields = [_key_field([keys[n] for keys in sample if n < len(keys)]) for n in range(width)]
    if fields.count("query") > 1:
        raise UsageError(
            f"{table.name}: it is not clear which of the keys is the query; name the columns page and query"
        )
    return fields


def _key_field(values: Sequence[str]) -> Field:
    if all(map(is_address, values)):
        return "page"
    if all(parse_date(value) for value in values):
        return "date"
    if set(values) <= _DEVICES:
        return "device"
    return "country" if all(map(_COUNTRY_CODE.fullmatch, values)) else "query"


def _with_keys(rows: Iterator[Row], at: int, width: int) -> Iterator[Row]:
    """The rows with their keys as further columns behind the others."""
    for line, cells in rows:
        keys = _keys(cells[at]) if at < len(cells) else []
        yield line, [*cells, *[""] * (width - len(cells)), *keys]

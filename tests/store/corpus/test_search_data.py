"""Search data: stored by range of dates, read from the newest one, and kept when the index is rebuilt."""

import sqlite3
from pathlib import Path

import pytest

from generator.content.search_data.exports import ExportKind, NewExport
from generator.content.search_data.totals import PageQuery, SearchTotals
from generator.errors import StorageError
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.search_data import SearchData

NOW = "2026-11-30T12:00:00.000+00:00"
LIFE, CELL = "biology/what-is-life.md", "biology/what-is-a-cell.md"


def export(
    kind: ExportKind,
    counted: dict[tuple[str, str], SearchTotals],
    *,
    last_day: str = "2026-10-31",
    **changes: str,
) -> NewExport:
    return NewExport(
        kind=kind,
        first_day=f"{last_day[:8]}01",
        last_day=last_day,
        rows=len(counted),
        is_cut=False,
        elsewhere=0,
        filters="",
        source="pages.csv",
        sha256=changes.get("sha256", f"{kind} {last_day}"),
        counted=counted,
    )


@pytest.fixture
def data(tmp_path: Path) -> SearchData:
    return SearchData(tmp_path / "out" / "search-data.sqlite3")


def test_without_an_import_there_are_no_totals_and_no_file(data: SearchData) -> None:
    assert data.page_totals() == data.query_totals() == {}
    assert list(data.page_queries()) == []
    assert data.exports() == []
    assert not data.path.exists()


def test_page_totals_are_those_of_the_newest_dates(data: SearchData) -> None:
    new = export("pages", {(LIFE, ""): SearchTotals(9, 90, 2.5)}, last_day="2026-10-31")
    old = export("pages", {(LIFE, ""): SearchTotals(1, 10, 8.0)}, last_day="2026-07-31")
    data.add([new], now=NOW)
    data.add([old], now=NOW)
    assert data.page_totals() == {LIFE: SearchTotals(9, 90, 2.5)}
    assert data.page_totals(data.exports()[1]) == {LIFE: SearchTotals(1, 10, 8.0)}
    assert SearchData(data.path).page_totals() == {LIFE: SearchTotals(9, 90, 2.5)}


def test_totals_of_pages_are_preferred_to_the_sums_of_their_queries(data: SearchData) -> None:
    by_query = {
        (LIFE, "what is life"): SearchTotals(2, 10, 4.0),
        (LIFE, "life"): SearchTotals(0, 30, 8.0),
        (CELL, ""): SearchTotals(1, 5, None),
    }
    data.add([export("page_queries", by_query)], now=NOW)
    sums = {LIFE: SearchTotals(2, 40, 7.0), CELL: SearchTotals(1, 5, None)}
    assert data.page_totals() == sums
    assert data.query_totals() == {
        "what is life": SearchTotals(2, 10, 4.0),
        "life": SearchTotals(0, 30, 8.0),
    }
    assert list(data.page_queries()) == [
        PageQuery(LIFE, "life", SearchTotals(0, 30, 8.0)),
        PageQuery(LIFE, "what is life", SearchTotals(2, 10, 4.0)),
    ]
    data.add([export("pages", {(LIFE, ""): SearchTotals(3, 55, 7.5)})], now=NOW)
    assert data.page_totals() == {LIFE: SearchTotals(3, 55, 7.5)}


def test_the_same_files_are_stored_once(data: SearchData) -> None:
    new = export("pages", {(LIFE, ""): SearchTotals(1, 10, 8.0)})
    (first,) = data.add([new], now=NOW)
    assert first is not None
    assert (first.kind, first.rows, first.is_cut) == ("pages", 1, False)
    assert data.add([new], now=NOW) == [None]
    assert len(data.exports()) == 1
    data.remove(first)
    assert data.exports() == []
    assert data.page_totals() == {}


def test_search_data_survives_a_rebuild_of_the_index(index: CorpusIndex) -> None:
    data = SearchData(index.path.with_name("search-data.sqlite3"))
    data.add([export("pages", {(LIFE, ""): SearchTotals(1, 10, 8.0)})], now=NOW)
    index.rebuild()
    assert data.page_totals() == {LIFE: SearchTotals(1, 10, 8.0)}


@pytest.mark.parametrize("is_database", [True, False])
def test_a_file_that_is_something_else_is_refused_and_kept(data: SearchData, is_database: bool) -> None:
    data.path.parent.mkdir()
    if is_database:
        with sqlite3.connect(data.path) as connection:
            connection.execute("PRAGMA user_version = 99")
            connection.execute("CREATE TABLE other (x)")
        connection.close()
    else:
        data.path.write_text("a file that is no database\n" * 50, encoding="utf-8")
    before = data.path.read_bytes()
    with pytest.raises(StorageError, match="search data"):
        data.add([export("pages", {})], now=NOW)
    assert data.path.read_bytes() == before

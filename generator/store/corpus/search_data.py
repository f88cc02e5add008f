"""The imported search data: what Google Search Console counted for the site's pages and queries, by range of dates.

It is in a database of its own beside the index. The index is derived from the files of the site and deleted whenever it
is unusable; search data cannot be derived from them, so this file is never deleted or rebuilt.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from generator.content.search_data.exports import Export, ExportKind, NewExport
from generator.content.search_data.totals import PageQuery, SearchTotals
from generator.errors import StorageError

_VERSION = 1
_APPLICATION_ID = 0x51545344
_BUSY_SECONDS = 120.0
_TABLES = """
CREATE TABLE export (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('pages', 'queries', 'page_queries')),
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    rows INTEGER NOT NULL,
    is_cut INTEGER NOT NULL,
    elsewhere INTEGER NOT NULL,
    filters TEXT NOT NULL,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    imported_at TEXT NOT NULL
);
CREATE TABLE counted (
    export INTEGER NOT NULL REFERENCES export,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    clicks INTEGER NOT NULL,
    impressions INTEGER NOT NULL,
    position REAL,
    PRIMARY KEY (export, path, query)
) WITHOUT ROWID;
CREATE INDEX counted_query ON counted (export, query);
"""
# The sums of several rows, as ``sum_totals``.
_SUMS = (
    "sum(clicks), sum(impressions), sum(position * impressions)"
    " / nullif(sum(CASE WHEN position IS NOT NULL THEN impressions END), 0)"
)
_COLUMNS = "id, kind, first_day, last_day, rows, is_cut, elsewhere, filters, source, sha256, imported_at"


class SearchData:
    """The search data of one site. Any thread may use it. Nothing is created before the first import.

    Paths are those of the article files below the content folder, ``subject-slug/slug.md``.

    Args:
        path: the database file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    # reading

    def exports(self, kind: ExportKind | None = None) -> list[Export]:
        """The stored exports, the one with the newest dates first; of exports with the same last day, the last imported."""
        sql = f"SELECT {_COLUMNS} FROM export WHERE kind = coalesce(?, kind) ORDER BY last_day DESC, id DESC"
        rows = [dict(zip(_COLUMNS.split(", "), row, strict=True)) for row in self._rows(sql, kind)]
        return [Export(**{**row, "is_cut": bool(row["is_cut"])}) for row in rows]

    def newest(self, *kinds: ExportKind) -> Export | None:
        """The export of these kinds with the newest last day; None where there is none.

        Of several with that day, one that is neither cut off nor filtered comes first, then one of an earlier kind of
        ``kinds``, then the one that was imported last.
        """
        found = [export for export in self.exports() if export.kind in kinds]
        last_day = max((export.last_day for export in found), default="")
        found = [export for export in found if export.last_day == last_day]
        return min(
            found,
            key=lambda export: (export.is_cut or bool(export.filters), kinds.index(export.kind), -export.id),
            default=None,
        )

    def newest_of_pages(self) -> Export | None:
        """The export that :meth:`page_totals` reads by default; None where none has pages."""
        return self.newest("pages", "page_queries")

    def page_totals(self, export: Export | None = None) -> dict[str, SearchTotals]:
        """The totals of every page that Google showed, by path; empty without an export.

        Totals of an export by page and query are the sums of its queries. They lack the queries that Google does not
        name, unless the export has them together in a row without a query.

        Args:
            export: of the kind ``pages`` or ``page_queries``; by default the one with the newest dates.
        """
        export = self.newest_of_pages() if export is None else export
        if export is None:
            return {}
        sql = f"SELECT path, {_SUMS} FROM counted WHERE export = ? GROUP BY path"
        return {path: SearchTotals(*values) for path, *values in self._rows(sql, export.id)}

    def totals_of(self, path: str) -> SearchTotals | None:
        """The totals of one page, as in :meth:`page_totals`; None where it was not shown."""
        export = self.newest_of_pages()
        if export is None:
            return None
        sql = f"SELECT count(*), {_SUMS} FROM counted WHERE export = ? AND path = ?"
        ((rows, *values),) = self._rows(sql, export.id, path)
        return SearchTotals(*values) if rows else None

    def counts_every_page(self, export: Export) -> bool:
        """Whether a page that an export does not have was not shown at all.

        It was not, unless the export is cut off or filtered, or has only queries with a name.
        """
        if export.kind == "queries" or export.is_cut or export.filters:
            return False
        if export.kind == "pages":
            return True
        sql = "SELECT EXISTS (SELECT 1 FROM counted WHERE export = ? AND query = '')"
        return bool(self._rows(sql, export.id)[0][0])

    def query_totals(self, export: Export | None = None) -> dict[str, SearchTotals]:
        """The totals of every query that Google names; empty without an export.

        Args:
            export: of the kind ``queries`` or ``page_queries``; by default the one with the newest dates.
        """
        export = self.newest("page_queries", "queries") if export is None else export
        if export is None:
            return {}
        sql = f"SELECT query, {_SUMS} FROM counted WHERE export = ? AND query <> '' GROUP BY query"
        return {query: SearchTotals(*values) for query, *values in self._rows(sql, export.id)}

    def page_queries(self, export: Export | None = None) -> Iterator[PageQuery]:
        """What was counted by page and query, in the order of the queries; nothing without such an export.

        Args:
            export: of the kind ``page_queries``; by default the one with the newest dates.
        """
        export = self.newest("page_queries") if export is None else export
        if export is None:
            return
        sql = (
            "SELECT path, query, clicks, impressions, position FROM counted"
            " WHERE export = ? AND query <> '' ORDER BY query, path"
        )
        for path, query, *values in self._rows(sql, export.id):
            yield PageQuery(path, query, SearchTotals(*values))

    # writing

    def add(self, exports: Sequence[NewExport], *, now: str) -> list[Export | None]:
        """Store exports, all or none. Returns each as it is stored, None where the same files are stored already.

        Raises:
            StorageError: the database cannot be written.
        """
        added: list[int | None] = []
        with self._connection(create=True) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            for new in exports:
                added.append(None if _is_stored(connection, new) else _insert(connection, new, now))
        stored = {export.id: export for export in self.exports()}
        return [None if number is None else stored[number] for number in added]

    def remove(self, export: Export) -> None:
        """Delete an export and its rows.

        Raises:
            StorageError: the database cannot be written.
        """
        with self._connection(create=True) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM counted WHERE export = ?", (export.id,))
            connection.execute("DELETE FROM export WHERE id = ?", (export.id,))

    # inside

    def _rows(self, sql: str, *values: object) -> list[Any]:
        if not self.path.exists():
            return []
        with self._connection() as connection:
            return connection.execute(sql, values).fetchall()

    @contextmanager
    def _connection(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            if create:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(
                sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            ) as connection:
                _prepare(connection, self.path)
                yield connection
        except (OSError, sqlite3.Error) as error:
            raise StorageError(str(self.path), f"the search data cannot be used: {error}") from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the tables of a new file. Raises StorageError for a file that is not search data of this version."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if (application, version) == (_APPLICATION_ID, _VERSION):
        return
    if (application, version) != (0, 0):
        raise StorageError(
            str(path), "is not search data that this version can read; import it again elsewhere"
        )
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'export'").fetchone():
            return  # another process created them since
        for statement in filter(str.strip, _TABLES.split(";\n")):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")


def _is_stored(connection: sqlite3.Connection, new: NewExport) -> bool:
    sql = "SELECT 1 FROM export WHERE sha256 = ? AND kind = ? AND first_day = ? AND last_day = ?"
    row = connection.execute(sql, (new.sha256, new.kind, new.first_day, new.last_day)).fetchone()
    return row is not None


def _insert(connection: sqlite3.Connection, new: NewExport, now: str) -> int:
    names = _COLUMNS.split(", ")[1:-1]
    cursor = connection.execute(
        f"INSERT INTO export ({', '.join(names)}, imported_at) VALUES ({', '.join('?' * len(names))}, ?)",
        (*(getattr(new, name) for name in names), now),
    )
    number = int(cursor.lastrowid or 0)
    connection.executemany("INSERT INTO counted VALUES (?, ?, ?, ?, ?, ?)", _values(number, new.counted))
    return number


def _values(number: int, counted: Mapping[tuple[str, str], SearchTotals]) -> Iterable[tuple[object, ...]]:
    for (path, query), totals in counted.items():
        yield number, path, query, totals.clicks, totals.impressions, totals.position

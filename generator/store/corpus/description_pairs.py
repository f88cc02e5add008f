"""Finds the near-duplicates among many descriptions with an inverted index that spills to disk."""

import sqlite3

from generator.content.duplicates.descriptions import TOO_ALIKE, alike, probes, terms

_COMMON = 2_000


class EchoIndex:
    """Texts added one by one; each is told which earlier one it is too much like. Lives as long as the object."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(
            "CREATE TABLE said (id INTEGER PRIMARY KEY, kin TEXT, name TEXT, text TEXT);"
            "CREATE TABLE term (term TEXT, said INTEGER, PRIMARY KEY (term, said)) WITHOUT ROWID;"
            "BEGIN"
        )

    def add(self, name: str, text: str, *, kin: str) -> tuple[str, str] | None:
        """Take the text up; returns name and text of an earlier one that is too much like it, of another kin."""
        mine = terms(text)
        chosen = probes(mine, self._frequency)
        found = None
        if chosen:
            rows = self._connection.execute(
                "SELECT DISTINCT name, text FROM term JOIN said ON said.id = term.said"
                f" WHERE term IN ({', '.join('?' * len(chosen))}) AND kin <> ? ORDER BY said.id",
                (*chosen, kin),
            )
            found = next((row for row in rows if alike(mine, terms(row[1])) >= TOO_ALIKE), None)
        cursor = self._connection.execute(
            "INSERT INTO said (kin, name, text) VALUES (?, ?, ?)", (kin, name, text)
        )
        self._connection.executemany(
            "INSERT INTO term VALUES (?, ?)", [(term, cursor.lastrowid) for term in mine]
        )
        return found

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def _frequency(self, term: str) -> int:
        count: int = self._connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM term WHERE term = ? LIMIT {_COMMON})", (term,)
        ).fetchone()[0]
        return count

"""The table of readings: how long each reviewer had a version of a draft open, and whether all of it was seen.

What a page reports is never trusted beyond the time that has passed since the report before. Methods write within the
caller's transaction.
"""

import datetime
from typing import NamedTuple

from generator.content.evidence.reading import Reading
from generator.store.ledger.storage.database import Database

LEAST_INTERVAL = 3.0
"""Seconds between two reports that are recorded; an earlier one is, if it is the last or brings the end of the text."""


class _Report(NamedTuple):
    """The last report of a reviewer on a version, and whether the end was seen by then."""

    reported_at: str
    to_end: bool


class Readings:
    """The readings of the drafts of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, draft: int, who: str) -> dict[str, Reading]:
        """What a reviewer has read of a draft, by the hash of each version."""
        rows = self._database.execute(
            "SELECT sha, seconds, to_end FROM reading WHERE draft = ? AND who = ?", (draft, who)
        )
        return {sha: Reading(seconds, bool(to_end)) for sha, seconds, to_end in rows}

    def open(self, draft: int, sha: str, *, who: str, now: str) -> None:
        """Record that a reviewer opened a version: time is counted from now on, or from a report a moment ago."""
        last = self._last(draft, sha, who)
        if last is not None and _seconds_between(last.reported_at, now) < LEAST_INTERVAL:
            return
        self._database.execute(
            "INSERT INTO reading VALUES (?, ?, ?, ?, ?, 0, 0)"
            " ON CONFLICT (draft, sha, who) DO UPDATE SET reported_at = excluded.reported_at",
            (draft, sha, who, now, now),
        )

    def add(self, draft: int, sha: str, reported: Reading, *, who: str, now: str, is_last: bool) -> bool:
        """Add what a page reports since its report before. Returns False if the report comes too soon to be recorded.

        A version that was not opened before is opened, without any time.

        Args:
            reported: the seconds are at most those that have passed by the server's clock.
            is_last: whether no later report can bring this time, because the draft is decided on.
        """
        last = self._last(draft, sha, who)
        if last is None:
            self.open(draft, sha, who=who, now=now)
            last = _Report(now, False)
        passed = _seconds_between(last.reported_at, now)
        brings_end = reported.to_end and not last.to_end
        if passed < LEAST_INTERVAL and not (is_last or brings_end):
            return False
        self._database.execute(
            "UPDATE reading SET seconds = seconds + ?, to_end = max(to_end, ?), reported_at = ?"
            " WHERE draft = ? AND sha = ? AND who = ?",
            (min(max(reported.seconds, 0.0), passed), reported.to_end, now, draft, sha, who),
        )
        return True

    def _last(self, draft: int, sha: str, who: str) -> _Report | None:
        row = self._database.execute(
            "SELECT reported_at, to_end FROM reading WHERE draft = ? AND sha = ? AND who = ?",
            (draft, sha, who),
        ).fetchone()
        return _Report(row["reported_at"], bool(row["to_end"])) if row else None


def _seconds_between(earlier: str, later: str) -> float:
    """The seconds between two times of the ledger; 0 where the clock was set back."""
    passed = datetime.datetime.fromisoformat(later) - datetime.datetime.fromisoformat(earlier)
    return max(0.0, passed.total_seconds())

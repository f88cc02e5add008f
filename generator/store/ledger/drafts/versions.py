"""The table of versions: all bytes that a draft ever had, with the findings of the checks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from generator.content.findings import Finding
from generator.store.ledger.storage.blobs import Blobs
from generator.store.ledger.storage.database import Database


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a draft's bytes: its number ``n`` from 1, their hash, and who made them (see ``NewDraft``)."""

    n: int
    sha: str
    origin: str
    findings: tuple[Finding, ...]
    created_at: str


class Versions:
    """The versions of the drafts of one ledger. Methods write within the caller's transaction."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def data(self, draft: int, n: int | None) -> bytes | None:
        """The bytes of a version; None without this version."""
        row = self._database.execute(
            "SELECT bytes FROM version WHERE draft = ? AND n = ?", (draft, n)
        ).fetchone()
        return self._blobs.get(row["bytes"]) if row else None

    def of(self, draft: int) -> list[Version]:
        """Every version of a draft, oldest first."""
        rows = self._database.execute("SELECT * FROM version WHERE draft = ? ORDER BY n", (draft,))
        return [
            Version(row["n"], row["sha"], row["origin"], _findings(row["findings"]), row["created_at"])
            for row in rows
        ]

    def has(self, draft: int, sha: str) -> bool:
        """Whether a draft ever had the bytes with this hash."""
        row = self._database.execute(
            "SELECT 1 FROM version WHERE draft = ? AND sha = ?", (draft, sha)
        ).fetchone()
        return row is not None

    def findings(self, drafts: Sequence[int]) -> dict[int, tuple[Finding, ...]]:
        """The findings on the current version of each of these drafts (at most some hundreds)."""
        rows = self._database.execute(
            "SELECT draft.id, version.findings FROM draft"
            " JOIN version ON version.draft = draft.id AND version.n = draft.version"
            f" WHERE draft.id IN ({', '.join('?' * len(drafts))})",
            tuple(drafts),
        )
        return {number: _findings(text) for number, text in rows}

    def add(
        self, draft: int, data: bytes, *, origin: str, job: int, findings: Sequence[Finding], now: str
    ) -> tuple[int, str]:
        """Store a new version of a draft; returns its number and the hash of its bytes."""
        n = 1 + int(
            self._database.execute(
                "SELECT coalesce(max(n), 0) FROM version WHERE draft = ?", (draft,)
            ).fetchone()[0]
        )
        sha = self._blobs.put(data)
        findings_json = json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False)
        self._database.execute(
            "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (draft, n, sha, sha, origin, job, findings_json, now),
        )
        return n, sha


def _findings(text: str) -> tuple[Finding, ...]:
    return tuple(Finding(**item) for item in json.loads(text))

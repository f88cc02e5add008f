"""Looks up drafts for a page: by a number that may be wrong, and what is wrong with many at once."""

import json
from collections.abc import Sequence

from generator.content.findings import Finding
from generator.store.ledger.database import Database
from generator.store.ledger.drafts import DRAFT_COLUMNS, DraftRow, draft_row


class DraftLookup:
    """Reads the drafts of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, draft: int) -> DraftRow | None:
        """The draft with this number."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE id = ?", (draft,)).fetchone()
        return draft_row(row) if row else None

    def findings(self, drafts: Sequence[int]) -> dict[int, tuple[Finding, ...]]:
        """What the checks said of the current version of each of these (at most some hundreds)."""
        rows = self._database.execute(
            "SELECT draft.id, version.findings FROM draft"
            " JOIN version ON version.draft = draft.id AND version.n = draft.version"
            f" WHERE draft.id IN ({', '.join('?' * len(drafts))})",
            tuple(drafts),
        )
        return {number: tuple(Finding(**item) for item in json.loads(text)) for number, text in rows}

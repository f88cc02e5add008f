"""Appends to ``output/published.jsonl``: one line for each publication. The file can be committed in git.

The ledger records which publications are listed. A line that a crash left incomplete is removed. A line that was
written before the ledger recorded it is not written again.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from generator.content.evidence.release import Release
from generator.errors import StorageError
from generator.store.output_folder import PUBLISHED_LIST
from generator.workflows.ports import HasDrafts, HasLedger, HasPublications, HasSettings

if TYPE_CHECKING:
    from generator.store.ledger.publications import Publication


class PublicationListServices(HasSettings, HasLedger, HasDrafts, HasPublications, Protocol):
    """The services that updating the list needs."""


class PublicationList:
    """The list of publications of one output folder."""

    def __init__(self, services: PublicationListServices) -> None:
        self.path = services.settings.output_dir / PUBLISHED_LIST
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._publications = services.publications

    def update(self) -> None:
        """Append the publications that are not listed yet.

        Raises:
            StorageError: the list cannot be written; the next update tries again.
        """
        unlisted = self._publications.unlisted()
        if not unlisted:
            return
        try:
            known = self._known_lines()
            lines = [json.dumps(self._line(item), ensure_ascii=False) for item in unlisted]
            new = [line for line, item in zip(lines, unlisted, strict=True) if _identity(item) not in known]
            with self.path.open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in new)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StorageError(str(self.path), error.strerror or str(error)) from error
        with self._drafts.transaction():
            self._publications.mark_listed([item.id for item in unlisted])

    def _known_lines(self) -> set[tuple[str, str, str]]:
        """The publications in the list. An incomplete last line is removed from the file first."""
        known: set[tuple[str, str, str]] = set()
        if not self.path.exists():
            return known
        with self.path.open("rb+") as file:
            end = 0
            for raw in file:
                line = _parsed(raw)
                if not raw.endswith(b"\n") and not line:
                    file.truncate(end)
                    break
                end += len(raw)
                if not raw.endswith(b"\n"):
                    file.write(b"\n")
                known.add((str(line.get("file")), str(line.get("sha256")), str(line.get("published_at"))))
        return known

    def _line(self, publication: Publication) -> dict[str, Any]:
        row = self._drafts.get(publication.draft)
        approval = self._drafts.decisions.approval(row.id)
        return {
            "published_at": publication.published_at,
            "file": publication.path,
            "id": publication.article_id,
            "sha256": publication.sha,
            "replaces_sha256": publication.replaces,
            "approved_sha256": publication.approved,
            "covered_sha256": approval.covered if approval else None,
            "reviewer": approval.who if approval else None,
            "release": asdict((approval and approval.evidence) or Release("unknown")),
            "published_by": publication.who,
            "model": row.model,
            "prompt_sha256": self._ledger.jobs.prompt_hash(row.job),
        }


def _identity(publication: Publication) -> tuple[str, str, str]:
    return publication.path, publication.sha, str(publication.published_at)


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}

"""Imports the edits that people made to draft files in an editor, and writes missing files again.

What a person wrote is never lost and never overwritten. Every edit is checked like a model's draft, recorded as a new
version, and ends an approval.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from generator.content.findings import Finding
from generator.content.states import EDITABLE
from generator.errors import StorageError
from generator.store.files import read_article, sha256
from generator.store.ledger.decision_log import ON_DISK
from generator.store.ledger.drafts.rows import StaleDraft
from generator.workflows.draft_files.checker import EDIT, TAKEN, DraftFileChecker
from generator.workflows.draft_files.files import is_persons_file
from generator.workflows.draft_files.versions import VersionOrigin, has_file, restore_version, save_version
from generator.workflows.ports import HasCorpus, HasDraftFiles, HasDrafts, HasLedger, HasSettings

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow


@dataclass
class ImportedEdits:
    """The result of comparing all draft files with the ledger.

    Attributes:
        edited: the drafts whose edits were imported, as they are now.
        restored: how many missing or empty files were written again.
        notes: lines for a person on what could not be imported.
    """

    edited: list[DraftRow] = field(default_factory=list)
    restored: int = 0
    notes: list[str] = field(default_factory=list)


class ImportServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasCorpus, Protocol):
    """What importing edits takes."""


class EditImporter:
    """Brings drafts and their files into agreement."""

    def __init__(self, services: ImportServices) -> None:
        self._services = services
        self._drafts = services.drafts
        self._checker = DraftFileChecker(services)

    def sync(self, row: DraftRow) -> DraftRow:
        """Import an edit of a draft's file, or write the file where it is missing; returns the draft as it is then.

        Raises:
            StaleDraft: another process changed the draft at the same moment.
            StorageError: the file cannot be read or written.
        """
        row = self._drafts.get(row.id)
        if not has_file(row):
            return row
        present = self._present(row)
        if present and self._is_edit(row, present):
            return self._import(row, present)
        if not present or sha256(present) != row.sha:
            restore_version(self._services, row)
        return row

    def is_edited(self, row: DraftRow) -> bool:
        """Whether :meth:`sync` would import an edit; also True where the file cannot be read."""
        if not has_file(row):
            return False
        try:
            present = self._present(row)
        except StorageError:
            return True
        return bool(present) and self._is_edit(row, present or b"")

    def require_unchanged(self, row: DraftRow) -> None:
        """Import an edit of a draft's file, and refuse a draft that changed meanwhile.

        Args:
            row: the draft as a person saw it.

        Raises:
            StaleDraft: the draft or its file changed since ``row`` was read.
            StorageError: the file cannot be read or written.
        """
        current = self.sync(row)
        if (current.sha, current.lock) != (row.sha, row.lock):
            raise StaleDraft(f"{row.name} was changed meanwhile; look at it again")

    def import_edits(self) -> ImportedEdits:
        """Compare every draft file with the ledger; only files whose size or time changed are read."""
        services = self._services
        result = ImportedEdits()
        for draft, stamp in services.draft_files.find_changed(services.settings.output_dir, EDITABLE):
            row = self._drafts.get(draft)
            try:
                after = self.sync(row)
            except (StorageError, StaleDraft) as error:
                result.notes.append(str(error))
                continue
            if after.version != row.version:
                result.edited.append(after)
            elif stamp is None:
                result.restored += 1
        return result

    def _import(self, row: DraftRow, data: bytes) -> DraftRow:
        """Save a person's file as a new version. Where its address is taken, the draft keeps its present one."""
        checked = self._checker.check(row, data)
        conflict = self._checker.address_conflict(row, checked)
        if conflict is not None:
            finding = Finding(TAKEN.code, "error", "question", conflict)
            checked = replace(
                checked,
                question=row.question,
                subject=row.subject,
                key=row.key,
                is_moved=False,
                findings=(*checked.findings, finding),
            )
        return save_version(self._services, row, checked, VersionOrigin(ON_DISK, EDIT, row.offline))

    def _present(self, row: DraftRow) -> bytes | None:
        assert row.path is not None
        return read_article(self._services.settings.output_dir / row.path)

    def _is_edit(self, row: DraftRow, present: bytes) -> bool:
        """Whether a person wrote these bytes. A crash can leave the bytes of an earlier version in the file."""
        assert row.path is not None and row.sha is not None
        if sha256(present) == row.sha:
            return False
        # A person can also restore an earlier version, after the file had the bytes of the present one.
        return is_persons_file(self._drafts, row.id, present) or self._services.draft_files.is_recorded(
            row.id, row.path, row.sha
        )

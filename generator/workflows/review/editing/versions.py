"""The versions of a draft: who made each and how, what changed between two, and an earlier one restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.drafts.version_diff import version_changes
from generator.errors import UsageError
from generator.store.ledger.decision_log import PROGRAM
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.draft_names import DraftNameServices, find_draft
from generator.workflows.review.editing.editor import DraftEditor, EditorServices
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from generator.content.drafts.revision import FieldChange
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.drafts.versions import Version

_ORIGINS = {
    "model": "written by the model",
    "edit": "edited",
    "spreadsheet": "edited in a spreadsheet",
    "revise": "revised by the model",
    "restore": "an earlier version restored",
    "undo": "an edit undone",
}
_FINDINGS_ONLY = "checked again, text unchanged"


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a draft.

    Args:
        who: the person who made it; empty where no person did.
        what: how it was made, in words.
    """

    version: Version
    who: str
    what: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """What changed between two versions of a draft."""

    old: int
    new: int
    changes: tuple[FieldChange, ...]


class DraftVersions:
    """The versions of the drafts of one ledger."""

    def __init__(self, services: EditorServices) -> None:
        self._drafts = services.drafts
        self._editor = DraftEditor(services)

    def of(self, row: DraftRow) -> list[VersionView]:
        """Every version of a draft, oldest first."""
        makers = {(item.sha, item.at): item.who for item in self._drafts.decisions.of(row.id)}
        views: list[VersionView] = []
        for version in self._drafts.versions.of(row.id):
            who = makers.get((version.sha, version.created_at), PROGRAM)
            is_same = bool(views) and views[-1].version.sha == version.sha
            what = _FINDINGS_ONLY if is_same else _ORIGINS.get(version.origin, version.origin)
            views.append(VersionView(version, "" if who == PROGRAM else who, what, version.n == row.version))
        return views

    def data(self, row: DraftRow, n: int) -> bytes:
        """The bytes of a version. Raises UsageError where the draft has no such version."""
        data = self._drafts.versions.data(row.id, n)
        if data is None:
            raise UsageError(f"{row.name} has no version {n}")
        return data

    def changes(self, row: DraftRow, old: int, new: int) -> VersionChanges:
        """What changed between two versions. Raises UsageError where the draft lacks one of them."""
        return VersionChanges(old, new, version_changes(self.data(row, old), self.data(row, new)))

    def restore(self, row: DraftRow, n: int, *, who: str) -> DraftRow:
        """Make an earlier version the newest one. It is checked as any edit, and not approved by that.

        Raises:
            UsageError: the draft has no such version.
            EditRefused, StaleDraft, StorageError: as :meth:`DraftEditor.save_fields`.
        """
        data = self.data(row, n)
        findings = next(item.findings for item in self._drafts.versions.of(row.id) if item.n == n)
        return self._editor.save_file(row, data, who=who, origin="restore", earlier_findings=findings)


class VersionServices(DraftNameServices, EditorServices, Protocol):
    """The services that showing and restoring versions by name needs."""


def list_versions(services: VersionServices, name: str) -> tuple[DraftRow, list[VersionView]]:
    """The draft with this name and its versions, after an edit of its file is imported.

    Raises:
        UsageError: no draft or several have this name.
    """
    row = EditImporter(services).sync(find_draft(services, name))
    return row, DraftVersions(services).of(row)


def compare_versions(services: VersionServices, name: str, old: int, new: int) -> VersionChanges:
    """What changed between two versions of the draft with this name.

    Raises:
        UsageError: no draft or several have this name, or it lacks one of the versions.
    """
    return DraftVersions(services).changes(EditImporter(services).sync(find_draft(services, name)), old, new)


def restore_version_of(
    services: VersionServices, name: str, n: int, *, reviewer: str | None = None
) -> DraftRow:
    """Restore a version of the draft with this name. Raises as :meth:`DraftVersions.restore`."""
    who = reviewer_name(services.settings, reviewer)
    row = EditImporter(services).sync(find_draft(services, name))
    return DraftVersions(services).restore(row, n, who=who)

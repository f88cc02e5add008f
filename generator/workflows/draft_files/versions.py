"""Saves a new version of a draft, first in the ledger and then in its file, and writes missing files again.

After a crash between the two, the file is written again from the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.content.findings import errors
from generator.content.states import EDITABLE
from generator.store.ledger.drafts.rows import NewDraft
from generator.workflows.draft_files.files import draft_path, remove_draft_file, write_draft_file
from generator.workflows.ports import HasDraftFiles, HasDrafts, HasLedger, HasSettings

if TYPE_CHECKING:
    from pathlib import Path

    from generator.store.ledger.drafts.rows import DraftRow
    from generator.workflows.draft_files.checker import CheckedFile


class VersionServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, Protocol):
    """What saving a version takes."""


class VersionOrigin(NamedTuple):
    """Where a version of a draft comes from.

    Args:
        who: saved it.
        kind: its origin, as the ledger stores it.
        offline: whether the offline model wrote any of it.
        made_by: the number of the job that made it; None for the draft's job.
    """

    who: str
    kind: str
    offline: bool
    made_by: int | None = None


def save_version(
    services: VersionServices, row: DraftRow, checked: CheckedFile, origin: VersionOrigin
) -> DraftRow:
    """Save a checked file as the draft's new version, at the address and in the state that follow from it.

    Args:
        row: the draft as it was read.

    Raises:
        StaleDraft: the draft changed since then, or can no longer change; nothing is saved.
        StorageError: the output folder cannot be written; the version is in the ledger.
    """
    new = NewDraft(
        job=row.job,
        key=checked.key,
        question=checked.question,
        subject=checked.subject,
        state=checked.state,
        data=checked.data,
        path=draft_path(checked.state, checked.key, row.basis) if checked.key else None,
        origin=origin.kind,
        findings=checked.findings,
        offline=origin.offline,
        reason=", ".join(sorted({item.code for item in errors(checked.findings)})) or None,
        made_by=origin.made_by,
    )
    with services.drafts.transaction():
        after = services.drafts.revise(row, new, who=origin.who, now=services.now())
    move_file(services, row, after)
    return after


def move_file(services: VersionServices, before: DraftRow, after: DraftRow) -> None:
    """Write the file of a draft's new version, and remove the one at its former path.

    Raises:
        StorageError: the output folder cannot be written.
    """
    if after.path is not None:
        restore_version(services, after)
    if before.path is not None and before.path != after.path:
        remove_draft_file(services.settings.output_dir, services.drafts, before.id, before.path)


def write_version(services: VersionServices, row: DraftRow, data: bytes) -> None:
    """Write the file of a draft's current version, and record that the file has these bytes.

    Raises:
        StorageError: the output folder cannot be written.
    """
    assert row.path is not None and row.sha is not None
    output_dir = services.settings.output_dir
    write_draft_file(output_dir, services.drafts, row, data)
    services.draft_files.record(output_dir, row.id, row.path, row.sha)


def has_file(row: DraftRow) -> bool:
    """Whether a draft has a file below the output folder; that of a published draft is in the content folder."""
    return row.path is not None and row.sha is not None and row.state in EDITABLE


def restore_version(services: VersionServices, row: DraftRow) -> None:
    """Write the file of a draft's current version from the ledger. Raises StorageError as :func:`write_version`."""
    data = services.drafts.data(row)
    assert data is not None
    write_version(services, row, data)


def restore_missing(services: VersionServices) -> int:
    """Write the draft files that are missing or empty; returns how many.

    Raises:
        StorageError: the output folder cannot be written.
    """
    output_dir = services.settings.output_dir
    missing = [row for row in services.drafts.all(EDITABLE) if has_file(row) and _is_missing(output_dir, row)]
    for row in missing:
        restore_version(services, row)
    return len(missing)


def _is_missing(output_dir: Path, row: DraftRow) -> bool:
    assert row.path is not None
    file = output_dir / row.path
    return not (file.exists() and file.stat().st_size)

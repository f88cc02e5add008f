"""Undoes a person's edit of a draft: text, address and state are those before it, while nobody changed it since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.store.ledger.drafts.rows import StaleDraft
from generator.workflows.claims.view import open_claims
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.draft_files.versions import has_file, move_file
from generator.workflows.ports import (
    HasClaims,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasRevisions,
    HasSettings,
)

if TYPE_CHECKING:
    from generator.store.ledger.drafts.decisions import DraftDecision
    from generator.store.ledger.drafts.revisions import Revision
    from generator.store.ledger.drafts.rows import DraftRow


class EditUndoServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasRevisions, HasClaims, HasCorpus, Protocol
):
    """The services that undoing edits needs."""


class EditUndo:
    """Undoes edits of the drafts of one ledger. Call :meth:`import_edit`, :meth:`undo` and :meth:`write_files` in turn."""

    def __init__(self, services: EditUndoServices) -> None:
        self._services = services
        self._drafts = services.drafts
        self._importer = EditImporter(services)
        self._undone: list[tuple[DraftRow, DraftRow]] = []

    def import_edit(self, decision: DraftDecision) -> None:
        """Import a later edit of the draft's file, which would be overwritten. Not within a transaction."""
        self._importer.sync(self._drafts.get(decision.row))

    def undo(self, decision: DraftDecision, *, who: str) -> DraftRow:
        """Undo an edit, within an open transaction that ends if this raises. A revision is proposed again.

        Raises:
            StaleDraft: the draft was changed since, its former address is taken, or it would be approved again although
                claims must be settled first.
        """
        services, row = self._services, self._drafts.get(decision.row)
        address = decision.made.before["key"] if decision.made else None
        if address and address != row.key and services.index.has_key(address):
            raise StaleDraft(f"{row.name} cannot move back: a published article is at {address}")
        restored = self._drafts.undo_edit(row, decision, who=who, now=services.now())
        if restored.state == "approved" and open_claims(services, restored):
            raise StaleDraft(f"{row.name} has claims to settle first: generator claims show {row.name}")
        if decision.made and decision.made.origin == "revise":
            accepted = [item for item in services.revisions.of(row.id) if item.basis == restored.sha]
            for revision in accepted[-1:]:
                services.revisions.reopen(revision)
        self._undone.append((row, restored))
        return restored

    def undo_decline(self, revision: Revision) -> DraftRow:
        """Propose a declined revision again. Needs an open transaction; the draft does not change.

        Raises:
            StaleDraft: the draft was changed since the model was asked, so that the revision cannot be used.
        """
        row = self._drafts.get(revision.draft)
        newest = self._services.revisions.of(row.id)[-1]
        if row.sha != revision.basis or newest.id != revision.id:
            raise StaleDraft(f"a revision of {row.name} was declined, and the draft has changed since")
        self._services.revisions.reopen(revision)
        return row

    def write_files(self) -> None:
        """Write the files of the drafts, after the transaction.

        Raises:
            StorageError: the output folder cannot be written; the next command writes them.
        """
        for before, after in self._undone:
            if has_file(after):
                move_file(self._services, before, after)

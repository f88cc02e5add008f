"""Records what reviewers decide about the claims of drafts: confirm one, strike its sentence, or rewrite the sentence.

Who decided what is kept. A confirmation changes no text; a strike and an edit are edits of the draft.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.content.checks.places import findings_in_file
from generator.content.findings import Finding
from generator.content.frontmatter import read
from generator.content.markdown.answer import decode
from generator.content.text import clean
from generator.errors import GeneratorError
from generator.store.ledger.claims import CheckedClaim, ClaimDecisionName
from generator.store.ledger.pages import draft_page
from generator.workflows.claims.draft_findings import update_findings
from generator.workflows.claims.view import PresentClaim, claims_of_draft
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasClaims,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasSettings,
)
from generator.workflows.review.editing.editor import DraftEditor, EditRefused

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow


class StaleClaim(GeneratorError):
    """The claim is not in the draft's present text."""


class ClaimDecisionServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasClaims, HasCorpus, Protocol):
    """What deciding on claims takes."""


class ClaimDecisions:
    """Decides on the claims of the drafts of one ledger.

    Each method takes the draft as the reviewer saw it and the identity of the claim, and returns the draft as it is then.
    """

    def __init__(self, services: ClaimDecisionServices) -> None:
        self._services = services
        self._drafts = services.drafts
        self._claims = services.claims
        self._importer = EditImporter(services)
        self._editor = DraftEditor(services)

    def confirm(self, row: DraftRow, identity: str, *, who: str, note: str | None = None) -> DraftRow:
        """Confirm that a claim is right, whatever the checks say. It counts until the verdict or the sentence changes.

        Raises:
            StaleClaim: the claim is not in the text.
            StaleDraft: the draft changed since ``row`` was read.
        """
        self._importer.require_unchanged(row)
        item = self._present(row, identity)
        self._decide(row, item, "confirmed", who, note)
        return update_findings(self._services, row, who=who)

    def strike(self, row: DraftRow, identity: str, *, who: str) -> DraftRow:
        """Remove the sentence of a claim from the text.

        Raises:
            StaleClaim, StaleDraft: as :meth:`confirm`.
            EditRefused: the text cannot be saved, or the sentence is not found in the file as it is written there.
        """
        return self._replace(row, identity, "", "struck", who)

    def edit(self, row: DraftRow, identity: str, sentence: str, *, who: str) -> DraftRow:
        """Rewrite the sentence of a claim. Raises as :meth:`strike`, and EditRefused for an empty sentence."""
        sentence = " ".join(clean(sentence).split())
        if not sentence:
            raise EditRefused("the new sentence is empty; strike the claim instead")
        return self._replace(row, identity, sentence, "edited", who)

    def _replace(
        self, row: DraftRow, identity: str, sentence: str, decision: ClaimDecisionName, who: str
    ) -> DraftRow:
        self._importer.require_unchanged(row)
        item = self._present(row, identity)
        changes = self._changes(row, item, sentence)
        with self._drafts.transaction():
            after = self._editor.save_fields(row, changes, who=who)
            self._decide(row, item, decision, who, None)
        return update_findings(self._services, after, who=who)

    def _changes(self, row: DraftRow, item: PresentClaim, sentence: str) -> dict[str, str]:
        """The changed field of the draft, with its sentence replaced."""
        document = read(self._drafts.data(row) or b"")
        claim = item.claim
        if claim.field == "page_description":
            text = document.get("seo.page_description", "")
            name, start, end = "description", claim.sentence_start, claim.sentence_end
        else:
            text = decode(document.get("answer", ""))
            place = Finding("claim", "error", claim.field, "", claim.sentence_start, claim.sentence_end)
            found = findings_in_file([place], text)[0]
            if found.field != "answer" or found.start is None or found.end is None:
                raise EditRefused(
                    "the sentence is not found in the file as it is written there; edit the draft"
                )
            name, start, end = "answer", found.start, found.end
        before, after = text[:start], text[end:]
        if not sentence:  # and the space that parted it from the next sentence, or from the one before
            after = after.lstrip(" ") if after.startswith(" ") else after
            before = before.rstrip(" ") if not after.strip() or after.startswith("\n") else before
        return {name: f"{before}{sentence}{after}"}

    def _present(self, row: DraftRow, identity: str) -> PresentClaim:
        found = (item for item in claims_of_draft(self._services, row) if item.claim.identity == identity)
        item = next(found, None)
        if item is None:
            raise StaleClaim("This claim is not in the text any more. Look at it again.")
        return item

    def _decide(
        self, row: DraftRow, item: PresentClaim, decision: ClaimDecisionName, who: str, note: str | None
    ) -> None:
        page, now = draft_page(row.job), self._services.now()
        with self._drafts.transaction():
            if item.row is None:
                self._claims.record(page, [CheckedClaim(item.claim, item.verdict)], now=now)
            recorded = self._claims.find(page, item.claim.identity)
            assert recorded is not None
            self._claims.decide(recorded, decision, who=who, now=now, note=note)

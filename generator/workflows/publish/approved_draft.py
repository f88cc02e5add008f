"""An approved draft as it may be published: its exact text, and the evidence that publishing requires."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.content.evidence.release import release_of
from generator.workflows.publish.plan import PublishRefused

if TYPE_CHECKING:
    from generator.content.evidence.release import Release, RequiredRelease
    from generator.content.frontmatter import Document
    from generator.store.ledger.drafts.decisions import DraftDecision
    from generator.store.ledger.drafts.rows import DraftRow

_MISSING: dict[RequiredRelease, str] = {
    "read": "was not read before it was approved",
    "sampled": "was neither read nor released with a sampled lot before it was approved",
    "bulk": "",
}


class ApprovedDraft(NamedTuple):
    """A draft whose exact bytes are approved, and how the approval released it."""

    row: DraftRow
    document: Document
    release: Release


def sufficient_release(row: DraftRow, approval: DraftDecision, required: RequiredRelease) -> Release:
    """How an approval released a draft.

    Raises:
        PublishRefused: that is less than what is required. The reason says what is missing and what to do.
    """
    release = release_of(approval.release)
    if release.meets(required):
        return release
    known = ", as far as the ledger says" if release.kind == "unknown" else ""
    lot = ", or release it with a sampled lot" if required == "sampled" else ""
    raise PublishRefused(
        f"{_MISSING[required]}{known}, and publish.require is {required}: generator undo {row.key} ends the approval by"
        f" {approval.who}; then read it to its end on the page of generator review and approve it there{lot}"
    )

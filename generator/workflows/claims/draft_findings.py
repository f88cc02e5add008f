"""Keeps the findings of a draft in step with its claims: an error for each that a source contradicts.

A finding changes no text. It makes the draft need a fix, and so ends an approval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.content.checks.claims import CLAIM_CODES, CONTRADICTED, claim_findings
from generator.store.ledger.decision_log import PROGRAM
from generator.workflows.claims.view import ClaimViewServices, claims_of_draft
from generator.workflows.draft_files.checker import CheckedFile
from generator.workflows.draft_files.versions import VersionOrigin, VersionServices, save_version

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow

_STATES = frozenset({"drafted", "needs_fix", "approved"})


class FindingServices(ClaimViewServices, VersionServices, Protocol):
    """What updating the findings of drafts takes."""


def update_findings(services: FindingServices, row: DraftRow, *, who: str = PROGRAM) -> DraftRow:
    """Give a draft the findings of its open claims, as a new version with the same bytes; nothing where none changed.

    A doubt alone does not end an approval.

    Raises:
        StaleDraft: the draft changed since ``row`` was read.
        StorageError: the output folder cannot be written.
    """
    data = services.drafts.data(row)
    if data is None or row.state not in _STATES:
        return row
    version = next(item for item in services.drafts.versions.of(row.id) if item.n == row.version)
    wanted = claim_findings(
        (item.claim, item.verdict) for item in claims_of_draft(services, row, data) if not item.is_settled
    )
    present = tuple(item for item in version.findings if item.code in CLAIM_CODES)
    has_error = any(item.code == CONTRADICTED.code for item in wanted)
    if wanted == present or (row.state == "approved" and not has_error):
        return row
    others = tuple(item for item in version.findings if item.code not in CLAIM_CODES)
    checked = CheckedFile(
        data, row.question, row.subject, row.key, is_moved=False, findings=(*others, *wanted)
    )
    return save_version(services, row, checked, VersionOrigin(who, version.origin, row.offline))

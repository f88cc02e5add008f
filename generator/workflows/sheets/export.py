"""The use case of ``drafts export``: writes drafts into a spreadsheet, one row for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.claims.view import claims_of_draft
from generator.workflows.ports import HasClaims, HasComments
from generator.workflows.review.views.draft_list import DraftListServices, ListRequest, list_drafts
from generator.workflows.sheets.columns import (
    COLUMNS,
    EDITABLE_COLUMNS,
    MAX_CELL,
    cell_size,
    claim_lines,
    comment_lines,
    finding_lines,
    list_cell,
    list_labels,
    shortened,
    texts_of,
)
from generator.workflows.sheets.files import check_target, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.content.findings import Finding
    from generator.workflows.draft_files.importer import ImportedEdits
    from generator.workflows.review.views.draft_list import ListedDraft

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Which drafts are written, and to which file."""

    file: Path
    filter: QueueFilter = QueueFilter()


@dataclass(frozen=True, slots=True)
class ExportOutcome:
    """How many drafts were written; in ``too_long`` the names of cells that no spreadsheet holds.

    With any of them, no file was written.
    """

    drafts: int
    too_long: tuple[str, ...] = ()
    imported: ImportedEdits | None = field(default=None, compare=False)

    @property
    def needs_person(self) -> bool:
        """Whether the file was not written."""
        return bool(self.too_long)


class ExportServices(DraftListServices, HasClaims, HasComments, Protocol):
    """The services that exporting drafts needs."""


def export_drafts(services: ExportServices, request: ExportRequest) -> ExportOutcome:
    """Import edits of draft files, then write the drafts into a spreadsheet.

    Raises:
        UsageError: the file exists, or its name has another ending than .xlsx and .csv.
        StorageError: the file cannot be written.
    """
    check_target(request.file)
    listed = list_drafts(services, ListRequest(request.filter, limit=None))
    names = list(dict.fromkeys(name for item in listed.drafts if item.details for name in item.details.kept))
    rows: list[list[str]] = []
    too_long: list[str] = []
    for start in range(0, len(listed.drafts), _CHUNK):
        chunk = listed.drafts[start : start + _CHUNK]
        findings = services.drafts.versions.findings([item.row.id for item in chunk])
        for item in chunk:
            cells = _cells(services, item, findings.get(item.row.id, ()))
            too_long += [
                f"{item.row.name}: {name} has {cell_size(cells[name]):,} characters, a cell holds {MAX_CELL:,}"
                for name in EDITABLE_COLUMNS
                if cell_size(cells[name]) > MAX_CELL
            ]
            kept = item.details.kept if item.details else {}
            rows.append(
                [
                    *(cells[name] for name in COLUMNS),
                    *(shortened(list_cell(kept.get(name))) for name in names),
                ]
            )
    if not too_long:
        write_table(request.file, [*COLUMNS, *list_labels(names)], rows)
    return ExportOutcome(0 if too_long else len(rows), tuple(too_long), listed.imported)


def _cells(services: ExportServices, item: ListedDraft, findings: Sequence[Finding]) -> dict[str, str]:
    """The cells of a draft by the names of the columns."""
    row = item.row
    data = services.drafts.data(row)
    claims = claims_of_draft(services, row, data) if data is not None else []
    return {
        "draft": str(row.id),
        "key": row.key or "",
        "hash": row.sha or "",
        "state": row.state,
        **texts_of(row, data),
        "comment": "",
        "comments": shortened(comment_lines(services.comments.of(row.id))),
        "findings": shortened(finding_lines(findings)),
        "claims": shortened(claim_lines(claims)),
    }

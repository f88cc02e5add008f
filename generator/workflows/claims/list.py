"""The use cases of ``claims list`` and ``claims show``: claims by verdict, and all claims of one draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.claims.verdict import VerdictName
from generator.errors import StorageError
from generator.store.files import read_article
from generator.store.ledger.pages import path_of
from generator.workflows.claims.view import (
    ClaimViewServices,
    PresentClaim,
    claims_of_draft,
    present_claims,
    required_claims,
)
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.pages.page import page_of_file
from generator.workflows.pages.selection import SelectionServices, named_draft

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow


class ClaimListServices(ClaimViewServices, SelectionServices, Protocol):
    """What listing claims takes."""


@dataclass(frozen=True)
class PageOfClaims:
    """Claims of one page; ``published`` is whether it is a published file, whose ``name`` is its path."""

    name: str
    published: bool
    claims: tuple[PresentClaim, ...]


@dataclass(frozen=True)
class DraftClaims:
    """All claims of one draft, and those that must be settled before it may be approved."""

    row: DraftRow
    claims: tuple[PresentClaim, ...]
    open: tuple[PresentClaim, ...]


def list_claims(
    services: ClaimListServices, verdict: VerdictName = "contradicted", *, published: bool = False
) -> list[PageOfClaims]:
    """The claims with a verdict that nobody has confirmed, by page; only those whose sentence is still in the text.

    For published files with ``contradicted``, it is the list of the pages to write again.
    """
    if not services.has_ledger:
        return []
    rows = services.claims.with_verdict(verdict, published=published)
    pages = dict.fromkeys(row.page for row in rows)
    drafts = {} if published else {f"draft:{row.job}": row for row in services.drafts.all()}
    found = []
    for page in pages:
        claims = _of_file(services, page) if published else _of_draft(services, drafts.get(page))
        open_ones = tuple(
            item for item in claims if item.row and item.verdict.name == verdict and not item.is_settled
        )
        name = path_of(page) if published else drafts[page].name if page in drafts else None
        if open_ones and name:
            found.append(PageOfClaims(name, published, open_ones))
    return found


def show_claims(services: ClaimListServices, name: str) -> DraftClaims:
    """The claims of the draft with this name, after an edit of its file is imported.

    Raises:
        UsageError: no draft or several have this name.
    """
    row = EditImporter(services).sync(named_draft(services, name))
    claims = tuple(claims_of_draft(services, row))
    required = required_claims(services, row.subject)
    return DraftClaims(row, claims, tuple(item for item in claims if item.is_open(required)))


def _of_draft(services: ClaimListServices, row: DraftRow | None) -> list[PresentClaim]:
    return [] if row is None else claims_of_draft(services, row)


def _of_file(services: ClaimListServices, page: str) -> list[PresentClaim]:
    path = path_of(page) or ""
    try:
        data = read_article(services.settings.content_dir / path)
    except StorageError:
        return []
    read = page_of_file(path, data) if data is not None else None
    return present_claims(read.texts, services.claims.of(page)) if read else []

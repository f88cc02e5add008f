"""Finishes checks of pages: counts the verdicts of their present claims, and gives drafts their findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import GeneratorError, StorageError
from generator.store.files import read_article
from generator.store.ledger.pages import job_of, path_of
from generator.workflows.claims.draft_findings import FindingServices, update_findings
from generator.workflows.claims.view import present_claims
from generator.workflows.pages.page import Page, page_of_draft, page_of_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.workflows.claims.requests import CheckReport


class FinishServices(FindingServices, Protocol):
    """What finishing checks takes."""


def finish_pages(services: FinishServices, pages: Iterable[Page], report: CheckReport) -> None:
    """Count the verdicts on the claims of these pages, and update the findings of those that are drafts."""
    for page in pages:
        present = present_claims(page.texts, services.claims.of(page.page))
        names = [item.verdict.name for item in present]
        report.pages += 1
        report.verdicts.update(names)
        if "contradicted" in names:
            report.contradicted.append(page.name)
        row = page.row
        if row is None:
            continue
        try:
            after = update_findings(services, row)
        except GeneratorError as error:
            report.note(str(error))
            continue
        if row.state == "approved" and after.state != "approved":
            report.note(f"{row.name}: its approval has lapsed, because a source contradicts it")


def finish_named(services: FinishServices, names: Iterable[str], report: CheckReport) -> None:
    """As :func:`finish_pages`, for pages by their names in the ledger; those that are gone are left out."""
    pages = (_page(services, name) for name in names)
    finish_pages(services, [page for page in pages if page is not None], report)


def _page(services: FinishServices, name: str) -> Page | None:
    path, job = path_of(name), job_of(name)
    if job is not None:
        row = services.drafts.of_job(job)
        return page_of_draft(row, services.drafts.data(row), services.ledger.jobs.get(job)) if row else None
    try:
        data = read_article(services.settings.content_dir / (path or ""))
    except StorageError:
        return None
    return page_of_file(path or "", data) if data is not None else None

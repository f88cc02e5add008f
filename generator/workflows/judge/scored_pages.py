"""Reads pages for the judge, and computes the score of their checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.content.checks import CheckContext, check_view, view_of_document
from generator.content.checks.view import view_of_draft_file
from generator.content.drafts.revision import draft_of
from generator.content.frontmatter import read
from generator.content.judging.checks_score import checks_score
from generator.store.files import sha256
from generator.workflows.pages.selection import SelectionServices, selected_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.content.drafts.draft import Draft
    from generator.content.findings import Finding
    from generator.content.frontmatter import Document
    from generator.content.judging.checks_score import ChecksScore
    from generator.workflows.engine.noted_report import NotedReport
    from generator.workflows.pages.page import Page
    from generator.workflows.pages.selection import PageRequest


class ScoredPageServices(SelectionServices, Protocol):
    """What reading pages for the judge takes."""


class ScoredPage(NamedTuple):
    """A page with the hash of its bytes, its texts, and the score of its checks."""

    page: Page
    sha: str
    draft: Draft
    checks: ChecksScore


def scored_pages(
    services: ScoredPageServices, request: PageRequest, report: NotedReport
) -> Iterator[ScoredPage]:
    """The pages that a request names. Notes and errors as for :func:`selected_pages`."""
    limits = services.settings.limits
    for page in selected_pages(services, request, report):
        if page.data is None:
            continue
        document = read(page.data)
        if page.row is not None:
            view = view_of_draft_file(document, page.question)
            findings: Sequence[Finding] = services.drafts.versions.findings([page.row.id])[page.row.id]
        else:
            view = view_of_document(document)
            findings = _findings(services, document)
        yield ScoredPage(page, sha256(page.data), draft_of(document), checks_score(view, findings, limits))


def _findings(services: ScoredPageServices, document: Document) -> Sequence[Finding]:
    settings = services.settings
    context = CheckContext(
        limits=settings.limits, site=settings.site, house=settings.house, subjects=services.subjects
    )
    return check_view(view_of_document(document), context, "published")

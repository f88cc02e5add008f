"""Selects the pages that are examined: drafts by name or state, and published files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import StorageError, UsageError
from generator.store.files import read_article
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.pages.page import Page, page_of_draft, page_of_file
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasPublications,
    HasSearchData,
    HasSettings,
)
from generator.workflows.search_data.figures import clicks_by_path
from generator.workflows.site.article_names import plain_name, single_match
from generator.workflows.site.selection import select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.content.states import DraftState
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.workflows.engine.noted_report import NotedReport


class PageRequest(Protocol):
    """Which pages are examined: drafts by name, drafts in these states, published files and folders."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def states(self) -> tuple[DraftState, ...]: ...
    @property
    def published(self) -> tuple[Path, ...]: ...


class SelectionServices(
    HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasPublications, HasCorpus, HasSearchData, Protocol
):
    """What selecting pages takes."""


def selected_pages(services: SelectionServices, request: PageRequest, report: NotedReport) -> Iterator[Page]:
    """The pages that a request names, each once; notes in the report name those that cannot be read.

    A draft that is published stands for its file.

    Raises:
        UsageError: nothing is named, or a name fits no draft or several.
    """
    if not (request.names or request.states or request.published):
        raise UsageError("name drafts, or give --state or --published")
    seen: set[str] = set()
    for page in _all(services, request, report):
        if page.page not in seen:
            seen.add(page.page)
            yield page


def _all(services: SelectionServices, request: PageRequest, report: NotedReport) -> Iterator[Page]:
    rows = [named_draft(services, name) for name in request.names]
    if request.states and services.has_ledger:
        rows += list(services.drafts.all(request.states))
    for row in rows:
        page = _page(services, row)
        if page is not None:
            yield page
        elif row.sha is not None or row in rows[: len(request.names)]:
            report.note(f"{row.name}: has no text that can be read")
    if request.published:
        yield from _files(services, request, report)


def _page(services: SelectionServices, row: DraftRow) -> Page | None:
    if row.state in ("publishing", "published"):
        publication = services.publications.of_draft(row.id)
        if publication is None:
            return None
        try:
            data = read_article(services.settings.content_dir / publication.path)
        except StorageError:
            return None
        return None if data is None else page_of_file(publication.path, data)
    row = EditImporter(services).sync(row)
    return page_of_draft(row, services.drafts.data(row), services.ledger.jobs.get(row.job))


def _files(services: SelectionServices, request: PageRequest, report: NotedReport) -> Iterator[Page]:
    """The pages of published files, those with most clicks in search results first."""
    selection = select(request.published, services.settings.content_dir)
    for item in selection.unreadable:
        report.note(f"{item.path}: {item.reason}")
    clicks = clicks_by_path(services)
    for path in sorted(selection.chosen, key=lambda path: (-clicks.get(path, 0), path)):
        data = read_article(selection.content_dir / path)
        page = None if data is None else page_of_file(path, data)
        if page is None:
            report.note(f"{path}: cannot be read as an article")
        else:
            yield page


def named_draft(services: SelectionServices, name: str) -> DraftRow:
    """The only draft with this name.

    Raises:
        UsageError: no draft or several have this name.
    """
    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
    rows = services.drafts.named(plain_name(name, services.settings)) or services.drafts.of_question(name)
    row = single_match(rows, name, "drafts")
    if row is None:
        raise UsageError(f"no draft is named {name!r}; generator list shows all drafts")
    return row

"""The context of all pages: services, access, the worker that asks models, and the templates."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from generator.errors import StorageError
from generator.services import Services
from generator.web.access import Access
from generator.web.queue.query import QueueQuery
from generator.web.request_fields import MOST_NUMBER
from generator.web.serving.heavy_work import HeavyWork
from generator.web.templating import new_environment
from generator.workflows.review.team.work_done import drafts_today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from starlette.requests import Request

    from generator.content.review.reviewers import Reviewer
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.web.revision_worker import RevisionWorker


class NotFound(Exception):
    """There is no such page. The message says what is missing."""


class PageContext:
    """The context of one server. Use it from one thread only; ``worker`` has its own thread and its own stores."""

    def __init__(self, services: Services, access: Access, worker: RevisionWorker) -> None:
        self.services = services
        self.access = access
        self.worker = worker

    @cached_property
    def templates(self) -> Environment:
        """The templates of the pages."""
        return new_environment(self.services.now)

    @cached_property
    def heavy(self) -> HeavyWork:
        """The threads for long computations."""
        return HeavyWork()

    def close(self) -> None:
        """Stop the threads of the pages."""
        if "heavy" in self.__dict__:
            self.heavy.close()

    def draft(self, number: int) -> DraftRow:
        """The draft with this number.

        Raises:
            NotFound: there is no such draft.
        """
        row = self.services.drafts.find(number)
        if row is None:
            raise NotFound("There is no such draft.")
        return row

    def fragment(self, name: str, values: Mapping[str, Any]) -> str:
        """Render a template that is a part of a page."""
        return self.templates.get_template(name).render(values)

    def page(
        self, request: Request, name: str, section: str, values: Mapping[str, Any], *, status: int = 200
    ) -> HTMLResponse:
        """Render a whole page.

        Args:
            name: the template.
            section: the section that the navigation highlights: ``drafts``, ``proposals``, ``duplicates``, ``samples``, ``publish`` or
                empty.
            values: the variables of the template, besides those of the page frame.
        """
        viewer = viewer_of(request)
        read_only = self.access.read_only or not viewer.may_write
        frame_values = {
            "section": section,
            "read_only": read_only,
            "reviewer": viewer.name,
            "viewer": viewer,
            # The page of an error has no section, and must not need the ledger, which may be damaged.
            "done_today": drafts_today(self.services, viewer.name) if section and not read_only else None,
            "ledger": self._ledger_name(),
        }
        return HTMLResponse(self.fragment(name, {**frame_values, **values}), status_code=status)

    def _ledger_name(self) -> str:
        """The name of the ledger; empty on the page that says that it is damaged."""
        try:
            return self.services.ledger.name
        except StorageError:
            return ""


def number_of(request: Request) -> int:
    """The number in an address.

    Raises:
        NotFound: the number is larger than any row number of the ledger.
    """
    number: int = request.path_params["id"]
    if number > MOST_NUMBER:
        raise NotFound("There is no such number.")
    return number


def reviewer_of(request: Request) -> str:
    """The name of the reviewer who sent the request."""
    return viewer_of(request).name


def viewer_of(request: Request) -> Reviewer:
    """The reviewer who sent the request, with their role."""
    reviewer: Reviewer = request.state.reviewer
    return reviewer


def query_of(request: Request) -> QueueQuery:
    """The query of a list, limited to the drafts that the reviewer may see."""
    query, viewer = QueueQuery.read(request.query_params), viewer_of(request)
    return query if viewer.sees_all else replace(query, assigned=viewer.name)

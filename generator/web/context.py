"""The context of all pages: services, access, the worker that asks models, and the templates."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from generator.services import Services
from generator.web.access import Access
from generator.web.serving.heavy_work import HeavyWork
from generator.web.templating import new_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from starlette.requests import Request

    from generator.store.ledger.drafts import DraftRow
    from generator.web.revision_worker import RevisionWorker

MAX_ROW_ID = 2**63 - 1


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
            section: the section that the navigation highlights: ``drafts``, ``proposals``, ``duplicates``, ``publish`` or
                empty.
            values: the variables of the template, besides those of the page frame.
        """
        frame_values = {
            "section": section,
            "read_only": self.access.read_only,
            "reviewer": reviewer_of(request),
        }
        return HTMLResponse(self.fragment(name, {**frame_values, **values}), status_code=status)


def number_of(request: Request) -> int:
    """The number in an address.

    Raises:
        NotFound: the number is larger than any row number of the ledger.
    """
    number: int = request.path_params["id"]
    if number > MAX_ROW_ID:
        raise NotFound("There is no such number.")
    return number


def reviewer_of(request: Request) -> str:
    """The name of the reviewer who sent the request."""
    name: str = request.state.reviewer
    return name

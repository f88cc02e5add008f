"""The desk as the pages use it: the jobs of ``generator.desk``, and the way to show something."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from generator.desk import Desk
from generator.services import Services
from generator.store.ledger.draft_lookup import DraftLookup
from generator.web.access import Access
from generator.web.templating import environment
from generator.web.worker import Worker

LARGEST = 2**63 - 1


class NotFound(Exception):
    """There is no such page; the text says what is missing."""


class ReviewDesk(Desk):
    """One session of the page. Used from one thread; ``worker`` has a thread and stores of its own."""

    def __init__(self, shop: Services, access: Access, worker: Worker) -> None:
        super().__init__(shop)
        self.access = access
        self.worker = worker

    @cached_property
    def lookup(self) -> DraftLookup:
        return DraftLookup(self.shop.database)

    @cached_property
    def templates(self) -> Environment:
        return environment(self.shop.now)

    def fragment(self, name: str, values: Mapping[str, Any]) -> str:
        """A piece of a page."""
        return self.templates.get_template(name).render(values)

    def page(
        self, request: Request, name: str, section: str, values: Mapping[str, Any], *, status: int = 200
    ) -> HTMLResponse:
        """A whole page."""
        frame = {
            "section": section,
            "read_only": self.access.read_only,
            "reviewer": reviewer_of(request),
        }
        return HTMLResponse(self.fragment(name, {**frame, **values}), status_code=status)


def number_of(request: Request) -> int:
    """The number in an address.

    Raises:
        NotFound: no row of a database has such a number.
    """
    number: int = request.path_params["id"]
    if number > LARGEST:
        raise NotFound("There is no such number.")
    return number


def reviewer_of(request: Request) -> str:
    """Who is asking, by the token they came in with."""
    name: str = request.state.reviewer
    return name

"""The holds on drafts: the page of a draft says that it is open, and that it was left. No GET request changes a hold."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.errors import UsageError
from generator.web.context import PageContext, number_of, reviewer_of
from generator.web.request_fields import read_body, text_of
from generator.workflows.review.team.holds import hold_draft, leave_draft

_MAX_TAB_CHARS = 40


class HoldActions:
    """Handles the POST requests about holds."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    async def hold(self, request: Request) -> Response:
        """The reviewer has a draft open in a ``tab`` of the browser."""
        row = self._context.draft(number_of(request))
        hold_draft(self._context.services, row.id, who=reviewer_of(request), tab=await _tab(request))
        return JSONResponse({})

    async def leave(self, request: Request) -> Response:
        """The reviewer has left a draft in a ``tab``."""
        number = number_of(request)
        leave_draft(self._context.services, number, who=reviewer_of(request), tab=await _tab(request))
        return JSONResponse({})


async def _tab(request: Request) -> str:
    tab = text_of(await read_body(request), "tab")
    if len(tab) > _MAX_TAB_CHARS:
        raise UsageError("tab is too long")
    return tab

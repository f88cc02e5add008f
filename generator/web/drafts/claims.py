"""The actions on claims: confirm one, strike its sentence, rewrite the sentence. Each is a POST of one draft's page."""

from starlette.requests import Request
from starlette.responses import Response

from generator.web.actions import action_reply, row_and_body
from generator.web.context import PageContext, query_of, reviewer_of, viewer_of
from generator.web.request_fields import text_of
from generator.workflows.review.decisions.claim_decisions import ClaimDecisions


class ClaimActions:
    """Handles the POST requests about claims."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    async def confirm(self, request: Request) -> Response:
        """Confirm that a claim is right."""
        row, _ = await row_and_body(self._context, request)
        self._decisions.confirm(row, _identity(request), who=reviewer_of(request))
        return _reply(request, "Confirmed.")

    async def strike(self, request: Request) -> Response:
        """Remove the sentence of a claim."""
        row, _ = await row_and_body(self._context, request)
        self._decisions.strike(row, _identity(request), who=reviewer_of(request))
        return _reply(request, "The sentence was removed.", undo=True)

    async def edit(self, request: Request) -> Response:
        """Rewrite the sentence of a claim as ``sentence``."""
        row, body = await row_and_body(self._context, request)
        sentence = text_of(body, "sentence")
        self._decisions.edit(row, _identity(request), sentence, who=reviewer_of(request))
        return _reply(request, "The sentence was changed.", undo=True)

    @property
    def _decisions(self) -> ClaimDecisions:
        return ClaimDecisions(self._context.services)


def _identity(request: Request) -> str:
    return str(request.path_params["claim"])


def _reply(request: Request, message: str, *, undo: bool = False) -> Response:
    query = query_of(request)
    own_address = f"/drafts/{request.path_params['id']}{query.string()}"
    return action_reply(own_address, message, undo=undo and viewer_of(request).may_decide)

"""The actions on comments: write one, resolve it, open it again. Each is a POST of one draft's page.

A comment changes no draft, so it needs no lock: a draft that changed meanwhile can be commented on all the same.
"""

from starlette.requests import Request
from starlette.responses import Response

from generator.web.actions import action_reply
from generator.web.context import NotFound, PageContext, number_of, query_of, reviewer_of
from generator.web.request_fields import MOST_NUMBER, optional_text_in, read_body, text_of
from generator.workflows.review.team.comments import DraftComments


class CommentActions:
    """Handles the POST requests about comments."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    async def add(self, request: Request) -> Response:
        """Record the comment ``text``, about ``field`` if it is not empty."""
        body = await read_body(request)
        row = self._context.draft(number_of(request))
        field = optional_text_in(body, "field")
        self._comments.add(row, text_of(body, "text"), field=field, who=reviewer_of(request))
        return _reply(request, "The comment was saved.")

    async def resolve(self, request: Request) -> Response:
        """Resolve a comment."""
        row = self._context.draft(number_of(request))
        self._comments.resolve(row, _comment(request), who=reviewer_of(request))
        return _reply(request, "The comment was resolved.")

    async def reopen(self, request: Request) -> Response:
        """Open a resolved comment again."""
        row = self._context.draft(number_of(request))
        self._comments.reopen(row, _comment(request), who=reviewer_of(request))
        return _reply(request, "The comment is open again.")

    @property
    def _comments(self) -> DraftComments:
        return DraftComments(self._context.services)


def _comment(request: Request) -> int:
    number: int = request.path_params["comment"]
    if number > MOST_NUMBER:
        raise NotFound("There is no such comment.")
    return number


def _reply(request: Request, message: str) -> Response:
    query = query_of(request)
    return action_reply(f"/drafts/{request.path_params['id']}{query.string()}", message)

"""What each role may do on the page: a table of all routes, and its enforcement before a request is handled.

A route that is not in the table is for reviewers who may decide. A test goes over all routes and the table.
"""

from collections.abc import Mapping
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from generator.content.display import in_words
from generator.content.review.reviewers import OPEN_TO_EDITORS, Reviewer
from generator.store.ledger.drafts.rows import DraftRow
from generator.web.context import PageContext, number_of, viewer_of

Need = Literal["page", "read", "draft", "comment", "edit", "decide"]
"""What a route needs: any reviewer (``page``), one who sees everything (``read``), one who sees this draft (``draft``),
may comment on it (``comment``) or edit it (``edit``), or one who may decide (``decide``).

Asking the model for a revision costs money, and settling a claim is a part of an approval: both are ``decide``.
"""

NEEDS: Mapping[tuple[str, str], Need] = {
    ("GET", "/"): "page",
    ("GET", "/drafts/{id:int}"): "draft",
    ("GET", "/drafts/{id:int}/edit"): "edit",
    ("GET", "/drafts/{id:int}/revision"): "draft",
    ("GET", "/drafts/{id:int}/versions"): "draft",
    ("GET", "/drafts/{id:int}/write"): "decide",
    ("GET", "/drafts/{subject}/{slug}"): "page",  # redirects to the page of a draft that the reviewer sees
    ("GET", "/proposals"): "read",
    ("GET", "/proposals/{id:int}/article"): "read",
    ("GET", "/duplicates"): "read",
    ("GET", "/publish"): "decide",
    ("GET", "/status.json"): "page",
    ("GET", "/static/{version}/{name}"): "page",
    ("GET", "/team"): "page",
    ("POST", "/drafts/{id:int}/approve"): "decide",
    ("POST", "/drafts/{id:int}/reject"): "decide",
    ("POST", "/drafts/{id:int}/allow"): "decide",
    ("POST", "/drafts/{id:int}/reading"): "comment",
    ("POST", "/drafts/{id:int}/refresh"): "edit",
    ("POST", "/drafts/{id:int}/check"): "edit",
    ("POST", "/drafts/{id:int}/save"): "edit",
    ("POST", "/drafts/{id:int}/merge"): "edit",
    ("POST", "/drafts/{id:int}/restore"): "edit",
    ("POST", "/drafts/{id:int}/write"): "decide",
    ("POST", "/drafts/{id:int}/redraft"): "decide",
    ("POST", "/drafts/{id:int}/redraft/withdraw"): "decide",
    ("POST", "/drafts/redraft"): "decide",
    ("POST", "/drafts/{id:int}/hold"): "comment",
    ("POST", "/drafts/{id:int}/leave"): "comment",
    ("POST", "/drafts/{id:int}/revise"): "decide",
    ("POST", "/drafts/{id:int}/revision"): "decide",
    ("POST", "/drafts/{id:int}/claims/{claim}/confirm"): "decide",
    ("POST", "/drafts/{id:int}/claims/{claim}/strike"): "edit",
    ("POST", "/drafts/{id:int}/claims/{claim}/edit"): "edit",
    ("POST", "/drafts/{id:int}/comments"): "comment",
    ("POST", "/drafts/{id:int}/comments/{comment:int}/resolve"): "comment",
    ("POST", "/drafts/{id:int}/comments/{comment:int}/reopen"): "comment",
    ("POST", "/drafts/{id:int}/later"): "decide",
    ("POST", "/drafts/{id:int}/back"): "decide",
    ("POST", "/drafts/approve"): "decide",
    ("POST", "/drafts/reject"): "decide",
    ("POST", "/drafts/later"): "decide",
    ("POST", "/drafts/back"): "decide",
    ("POST", "/drafts/assign"): "decide",
    ("POST", "/approve-clean"): "decide",
    ("POST", "/undo"): "decide",
    ("POST", "/proposals/{id:int}/accept"): "decide",
    ("POST", "/proposals/{id:int}/skip"): "decide",
    ("POST", "/proposals/{id:int}/edit"): "decide",
    ("POST", "/proposals/{id:int}/compare"): "decide",
    ("POST", "/proposals/accept-clean"): "decide",
    ("POST", "/proposals/apply/plan"): "decide",
    ("POST", "/proposals/apply"): "decide",
    ("POST", "/duplicates/{id:int}/keep"): "decide",
    ("POST", "/duplicates/{id:int}/merge"): "decide",
    ("POST", "/duplicates/{id:int}/reject"): "decide",
    ("POST", "/duplicates/keep-all"): "decide",
    ("GET", "/samples"): "read",
    ("GET", "/samples/{id:int}"): "read",
    ("GET", "/samples/{id:int}/next"): "read",
    ("POST", "/samples/create"): "decide",
    ("POST", "/samples/{id:int}/draw"): "decide",
    ("POST", "/samples/{id:int}/release"): "decide",
    ("POST", "/samples/{id:int}/full-review"): "decide",
    ("POST", "/samples/{id:int}/cut"): "decide",
    ("POST", "/drafts/{id:int}/judge/{judgement}"): "decide",
    ("POST", "/publish/plan"): "decide",
    ("POST", "/publish"): "decide",
    ("POST", "/publish/commit"): "decide",
}


class Forbidden(Exception):
    """The reviewer's role does not allow a request. The message says what it would need."""


def guarded(route: Route, context: PageContext) -> Route:
    """The same route, which refuses reviewers whose role does not allow it."""
    methods = sorted((route.methods or set()) - {"HEAD"})
    need = NEEDS.get((methods[0], route.path), "decide")

    async def handle(request: Request) -> Response:
        viewer = viewer_of(request)
        if not viewer.may_decide:
            # The whole request is read first, so that the draft cannot change between this check and its handling.
            await request.body()
            _require(context, request, viewer, need)
        response: Response = await route.endpoint(request)
        return response

    return Route(route.path, handle, methods=methods)


def _require(context: PageContext, request: Request, viewer: Reviewer, need: Need) -> None:
    """Refuse what the role of a reviewer who may not decide does not allow: what it needs, which draft, in which state."""
    if need == "page":
        return
    if need == "decide":
        raise Forbidden("Only a reviewer with the role approve may do this.")
    if need == "read":
        if not viewer.sees_all:
            raise Forbidden("Your role lets you see only the drafts that are assigned to you.")
        return
    if need in ("edit", "comment") and not viewer.may_write:
        raise Forbidden("Your role lets you read, not change anything.")
    if not may_see(context, viewer, number_of(request)):
        raise Forbidden("This draft is not assigned to you.")
    row = context.draft(number_of(request))
    if need == "edit" and row.state not in OPEN_TO_EDITORS:
        raise Forbidden(f"This draft is {in_words(row.state)}. An edit would revert that decision.")


def may_edit(context: PageContext, viewer: Reviewer, row: DraftRow) -> bool:
    """Whether a reviewer may edit a draft as it is."""
    if context.access.read_only or not viewer.may_write or not may_see(context, viewer, row.id):
        return False
    return viewer.may_decide or row.state in OPEN_TO_EDITORS


def may_see(context: PageContext, viewer: Reviewer, draft: int) -> bool:
    """Whether a reviewer may see a draft."""
    return viewer.sees_all or context.services.assignments.is_assigned(draft, viewer.name)

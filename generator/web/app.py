"""Builds the review page as an ASGI app: routes, access control and error responses."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from generator.web.access import AccessMiddleware
from generator.web.collaboration.conflicts import ConflictActions
from generator.web.collaboration.holds import HoldActions
from generator.web.context import NotFound, PageContext
from generator.web.drafts.actions import DraftActions
from generator.web.drafts.claims import ClaimActions
from generator.web.drafts.comments import CommentActions
from generator.web.drafts.pages import DraftPages
from generator.web.drafts.reading import ReadingActions
from generator.web.drafts.versions import VersionPages
from generator.web.drafts.without_article import WithoutArticlePages
from generator.web.duplicates import DuplicatePages
from generator.web.error_responder import ErrorResponder
from generator.web.permissions import guarded
from generator.web.proposals.apply import ProposalApplication
from generator.web.proposals.page import ProposalPages
from generator.web.publish_page import PublishPages
from generator.web.queue.bulk_actions import BulkActions
from generator.web.queue.page import QueuePage
from generator.web.samples.pages import SamplePages
from generator.web.team import TeamPages
from generator.web.templating import static_files, static_version
from generator.web.undo import UndoAction

Handler = Callable[[Request], Awaitable[Response]]


def review_app(context: PageContext) -> Starlette:
    """The app for one ledger. Only reviewers with a token of ``context.access`` can use it."""
    pages, actions = DraftPages(context), DraftActions(context)
    bulk = BulkActions(context)
    claims, comments, team = ClaimActions(context), CommentActions(context), TeamPages(context)
    conflicts, holds, versions = ConflictActions(context), HoldActions(context), VersionPages(context)
    duplicates = DuplicatePages(context)
    application = ProposalApplication(context)
    proposals, publishing = ProposalPages(context), PublishPages(context)
    samples, without = SamplePages(context), WithoutArticlePages(context)
    routes = [
        _get("/", QueuePage(context).show),
        _get("/drafts/{id:int}", pages.draft),
        _get("/drafts/{id:int}/edit", pages.edit),
        _get("/drafts/{id:int}/revision", pages.revision),
        _get("/drafts/{id:int}/versions", versions.show),
        _get("/drafts/{id:int}/write", without.form),
        _get("/drafts/{subject}/{slug}", pages.find),
        _get("/proposals", proposals.list),
        _get("/proposals/{id:int}/article", proposals.article),
        _get("/duplicates", duplicates.list),
        _get("/samples", samples.list),
        _get("/samples/{id:int}", samples.show),
        _get("/samples/{id:int}/next", samples.next),
        _get("/publish", publishing.show),
        _get("/team", team.show),
        _get("/status.json", pages.status),
        _get("/static/{version}/{name}", _static),
        _post("/drafts/{id:int}/reading", ReadingActions(context).report),
        _post("/drafts/{id:int}/approve", actions.approve),
        _post("/drafts/{id:int}/reject", actions.reject),
        _post("/drafts/{id:int}/allow", actions.allow),
        _post("/drafts/{id:int}/refresh", actions.refresh),
        _post("/drafts/{id:int}/check", actions.check),
        _post("/drafts/{id:int}/save", actions.save),
        _post("/drafts/{id:int}/merge", conflicts.merge),
        _post("/drafts/{id:int}/restore", versions.restore),
        _post("/drafts/{id:int}/hold", holds.hold),
        _post("/drafts/{id:int}/leave", holds.leave),
        _post("/drafts/{id:int}/revise", actions.revise),
        _post("/drafts/{id:int}/revision", actions.revision),
        _post("/drafts/{id:int}/later", bulk.set_aside),
        _post("/drafts/{id:int}/back", bulk.bring_back),
        _post("/drafts/approve", bulk.approve),
        _post("/drafts/reject", bulk.reject),
        _post("/drafts/later", bulk.later),
        _post("/drafts/back", bulk.back),
        _post("/drafts/{id:int}/write", without.write),
        _post("/drafts/{id:int}/redraft", without.redraft),
        _post("/drafts/{id:int}/redraft/withdraw", without.withdraw),
        _post("/drafts/redraft", without.redraft_many),
        _post("/drafts/{id:int}/claims/{claim}/confirm", claims.confirm),
        _post("/drafts/{id:int}/claims/{claim}/strike", claims.strike),
        _post("/drafts/{id:int}/claims/{claim}/edit", claims.edit),
        _post("/drafts/{id:int}/comments", comments.add),
        _post("/drafts/{id:int}/comments/{comment:int}/resolve", comments.resolve),
        _post("/drafts/{id:int}/comments/{comment:int}/reopen", comments.reopen),
        _post("/drafts/assign", team.assign),
        _post("/approve-clean", actions.approve_clean),
        _post("/undo", UndoAction(context).undo),
        _post("/proposals/{id:int}/accept", proposals.accept),
        _post("/proposals/{id:int}/skip", proposals.skip),
        _post("/proposals/{id:int}/edit", proposals.edit),
        _post("/proposals/{id:int}/compare", conflicts.compare_proposal),
        _post("/proposals/accept-clean", proposals.accept_clean),
        _post("/proposals/apply/plan", application.plan),
        _post("/proposals/apply", application.apply),
        _post("/duplicates/{id:int}/keep", duplicates.keep),
        _post("/duplicates/{id:int}/merge", duplicates.merge),
        _post("/duplicates/{id:int}/reject", duplicates.reject),
        _post("/duplicates/keep-all", duplicates.keep_all),
        _post("/samples/create", samples.create),
        _post("/samples/{id:int}/draw", samples.draw),
        _post("/samples/{id:int}/release", samples.release),
        _post("/samples/{id:int}/full-review", samples.full_review),
        _post("/samples/{id:int}/cut", samples.cut),
        _post("/drafts/{id:int}/judge/{judgement}", samples.judge),
        _post("/publish/plan", publishing.plan),
        _post("/publish", publishing.publish),
        _post("/publish/commit", publishing.commit),
    ]
    return Starlette(
        routes=[guarded(route, context) for route in routes],
        middleware=[Middleware(AccessMiddleware, access=context.access, now=context.services.now)],
        exception_handlers=ErrorResponder(context).handlers,
    )


async def _static(request: Request) -> Response:
    file = static_files().get(request.path_params["name"])
    if file is None or request.path_params["version"] != static_version():
        raise NotFound("There is no such file.")
    headers = {"Content-Type": file.media_type, "Cache-Control": "private, max-age=31536000, immutable"}
    return Response(file.data, headers=headers)


def _get(path: str, handler: Handler) -> Route:
    return Route(path, handler, methods=["GET"])


def _post(path: str, handler: Handler) -> Route:
    return Route(path, handler, methods=["POST"])

"""The review page as an ASGI app: its addresses, its door, and how an error is told to a person or a script."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from generator.errors import GeneratorError, StorageError, UsageError
from generator.store.ledger.drafts import StaleDraft
from generator.store.ledger.proposals import StaleProposal
from generator.store.ledger.revisions import StaleRevision
from generator.web.access import Door, TooLarge
from generator.web.actions import Actions
from generator.web.desk import NotFound, ReviewDesk
from generator.web.pages import Pages
from generator.web.proposals import ProposalPages
from generator.web.publish_page import PublishPages
from generator.web.templating import STATIC_TYPES, static_file
from generator.web.undo import UndoAction
from generator.workflows.review.decisions import NotApprovable
from generator.workflows.review.editor import EditRefused

Handler = Callable[[Request], Awaitable[Response]]

_STALE = (StaleDraft, StaleRevision, StaleProposal)
_REFUSED = (UsageError, EditRefused, NotApprovable)


def review_app(desk: ReviewDesk) -> Starlette:
    """The app over one ledger; it may be served to all who hold a token of ``desk.access``."""
    pages, actions = Pages(desk), Actions(desk)
    proposals, publishing = ProposalPages(desk), PublishPages(desk)
    routes = [
        _get("/", pages.queue),
        _get("/drafts/{id:int}", pages.draft),
        _get("/drafts/{id:int}/edit", pages.edit),
        _get("/drafts/{id:int}/revision", pages.revision),
        _get("/drafts/{subject}/{slug}", pages.find),
        _get("/proposals", proposals.list),
        _get("/publish", publishing.show),
        _get("/status.json", pages.status),
        _get("/static/{name}", _static),
        _post("/drafts/{id:int}/approve", actions.approve),
        _post("/drafts/{id:int}/reject", actions.reject),
        _post("/drafts/{id:int}/allow", actions.allow),
        _post("/drafts/{id:int}/refresh", actions.refresh),
        _post("/drafts/{id:int}/check", actions.check),
        _post("/drafts/{id:int}/save", actions.save),
        _post("/drafts/{id:int}/revise", actions.revise),
        _post("/drafts/{id:int}/revision", actions.revision),
        _post("/approve-clean", actions.approve_clean),
        _post("/undo", UndoAction(desk).undo),
        _post("/proposals/{id:int}/accept", proposals.accept),
        _post("/proposals/{id:int}/skip", proposals.skip),
        _post("/proposals/{id:int}/edit", proposals.edit),
        _post("/proposals/accept-clean", proposals.accept_clean),
        _post("/publish/plan", publishing.plan),
        _post("/publish", publishing.publish),
    ]
    teller = _Teller(desk)
    return Starlette(
        routes=routes,
        middleware=[Middleware(Door, access=desk.access)],
        exception_handlers={
            HTTPException: teller.http,
            GeneratorError: teller.generator,
            NotFound: teller.missing,
            TooLarge: teller.too_large,
        },
    )


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC_TYPES:
        raise NotFound("There is no such file.")
    headers = {"Content-Type": STATIC_TYPES[name], "Cache-Control": "private, max-age=31536000, immutable"}
    return Response(static_file(name), headers=headers)


class _Teller:
    """Turns errors into pages for GET and into JSON for POST."""

    def __init__(self, desk: ReviewDesk) -> None:
        self._desk = desk

    async def http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return self._tell(request, error.status_code, HTTPStatus(error.status_code).phrase, "")

    async def missing(self, request: Request, error: Exception) -> Response:
        return self._tell(request, 404, "Not found", str(error))

    async def too_large(self, request: Request, error: Exception) -> Response:
        return self._tell(request, 413, "Too large", "That is more than this page takes.")

    async def generator(self, request: Request, error: Exception) -> Response:
        if isinstance(error, _STALE):
            return self._tell(request, 409, "Changed meanwhile", str(error))
        status = 422 if isinstance(error, _REFUSED) else 503 if isinstance(error, StorageError) else 400
        return self._tell(request, status, "That could not be done", str(error))

    def _tell(self, request: Request, status: int, heading: str, text: str) -> Response:
        if request.method == "POST" or request.url.path.endswith(".json"):
            return JSONResponse({"error": text or heading, "stale": status == 409}, status_code=status)
        values = {"heading": heading, "text": text}
        return self._desk.page(request, "message.html", "", values, status=status)


def _get(path: str, handler: Handler) -> Route:
    return Route(path, handler, methods=["GET"])


def _post(path: str, handler: Handler) -> Route:
    return Route(path, handler, methods=["POST"])

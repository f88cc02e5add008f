"""How the page answers an error: a page for GET, JSON for POST, with the status that says whose fault it is."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ExceptionHandler

from generator.errors import GeneratorError, StorageError, UsageError
from generator.store.ledger.drafts import StaleDraft
from generator.store.ledger.proposals import StaleProposal
from generator.store.ledger.revisions import StaleRevision
from generator.web.access import TooLarge
from generator.web.context import NotFound, PageContext
from generator.workflows.review.decisions import NotApprovable
from generator.workflows.review.editor import EditRefused

_STALE = (StaleDraft, StaleRevision, StaleProposal)
_REFUSED = (UsageError, EditRefused, NotApprovable)


class ErrorResponder:
    """Turns errors into answers."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    @property
    def handlers(self) -> dict[type[Exception], ExceptionHandler]:
        """What answers which error."""
        return {
            HTTPException: self.http,
            GeneratorError: self.generator,
            NotFound: self.not_found,
            TooLarge: self.too_large,
        }

    async def http(self, request: Request, error: Exception) -> Response:
        """An address or a method that the routes do not have."""
        assert isinstance(error, HTTPException)
        return self._answer(request, error.status_code, HTTPStatus(error.status_code).phrase, "")

    async def not_found(self, request: Request, error: Exception) -> Response:
        """What an address names is not there."""
        return self._answer(request, 404, "Not found", str(error))

    async def too_large(self, request: Request, error: Exception) -> Response:
        """A body above the limit."""
        return self._answer(request, 413, "Too large", "That is more than this page takes.")

    async def generator(self, request: Request, error: Exception) -> Response:
        """409 for what changed meanwhile, 422 for what is refused, 503 for storage that cannot be used, 400 for the rest."""
        if isinstance(error, _STALE):
            return self._answer(request, 409, "Changed meanwhile", str(error))
        status = 422 if isinstance(error, _REFUSED) else 503 if isinstance(error, StorageError) else 400
        return self._answer(request, status, "That could not be done", str(error))

    def _answer(self, request: Request, status: int, heading: str, text: str) -> Response:
        if request.method == "POST" or request.url.path.endswith(".json"):
            return JSONResponse({"error": text or heading, "stale": status == 409}, status_code=status)
        values = {"heading": heading, "text": text}
        return self._context.page(request, "message.html", "", values, status=status)

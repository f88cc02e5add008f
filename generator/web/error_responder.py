"""Turns errors into HTTP responses: an HTML page for GET, JSON for POST, with the matching status."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ExceptionHandler

from generator.errors import GeneratorError, StorageError, UsageError
from generator.store.ledger.drafts.revisions import StaleRevision
from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.duplicates.clusters import StaleCluster
from generator.store.ledger.sampling.judgements import StaleLot
from generator.store.ledger.seo.proposals import StaleProposal
from generator.web.context import NotFound, PageContext
from generator.web.permissions import Forbidden
from generator.web.serving.error_pages import heading_of, wants_page
from generator.web.serving.heavy_work import TooMuchWork
from generator.web.serving.request_body import TOO_LARGE, TOO_SLOW, TooLarge, TooSlow
from generator.workflows.review.decisions.claim_decisions import StaleClaim
from generator.workflows.review.decisions.decisions import NotApprovable
from generator.workflows.review.editing.editor import EditRefused
from generator.workflows.site.git import GitError

_STALE = (StaleClaim, StaleCluster, StaleDraft, StaleLot, StaleRevision, StaleProposal)
_REFUSED = (UsageError, EditRefused, NotApprovable, GitError)


class ErrorResponder:
    """Turns errors into HTTP responses."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    @property
    def handlers(self) -> dict[type[Exception], ExceptionHandler]:
        """The handlers by class of error."""
        return {
            HTTPException: self.http,
            GeneratorError: self.generator,
            NotFound: self.not_found,
            Forbidden: self.forbidden,
            TooLarge: self.too_large,
            TooSlow: self.too_slow,
        }

    async def http(self, request: Request, error: Exception) -> Response:
        """The response to an address or a method that no route has."""
        assert isinstance(error, HTTPException)
        return self._response(request, error.status_code, heading_of(error.status_code), "")

    async def not_found(self, request: Request, error: Exception) -> Response:
        """404: the address names something that does not exist."""
        return self._response(request, 404, "Not found", str(error))

    async def forbidden(self, request: Request, error: Exception) -> Response:
        """403: the role of the reviewer does not allow it."""
        return self._response(request, 403, "Not allowed", str(error))

    async def too_large(self, request: Request, error: Exception) -> Response:
        """413: the body of a request is larger than the limit."""
        return self._response(request, 413, heading_of(413), TOO_LARGE)

    async def too_slow(self, request: Request, error: Exception) -> Response:
        """408: the body of a request did not arrive in time."""
        return self._response(request, 408, heading_of(408), TOO_SLOW)

    async def generator(self, request: Request, error: Exception) -> Response:
        """409 for a stale row, 422 for a refused request, 429 for too many, 503 for a storage error, 400 for all others."""
        if isinstance(error, _STALE):
            return self._response(request, 409, "Changed since", str(error))
        if isinstance(error, TooMuchWork):
            return self._response(request, 429, heading_of(429), str(error))
        status = 422 if isinstance(error, _REFUSED) else 503 if isinstance(error, StorageError) else 400
        return self._response(request, status, "The action failed", str(error))

    def _response(self, request: Request, status: int, heading: str, text: str) -> Response:
        if not wants_page(request.scope):
            return JSONResponse({"error": text or heading, "stale": status == 409}, status_code=status)
        values = {"heading": heading, "text": text}
        return self._context.page(request, "message.html", "", values, status=status)

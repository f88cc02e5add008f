"""The reports of reading: how long a draft was open, and whether all of it was seen."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.web.context import PageContext, number_of, reviewer_of
from generator.web.drafts.reported_reading import reported_reading
from generator.web.request_fields import flag_in, read_body, text_of
from generator.workflows.review.reading import reading_state, record_opening, record_reading


class ReadingActions:
    """Handles the reports of reading. They change no draft, so they need no ``lock``."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    async def report(self, request: Request) -> Response:
        """Record that a version was ``opened``, or what was read of it since the last report that was recorded."""
        body = await read_body(request)
        services, row = self._context.services, self._context.draft(number_of(request))
        who, sha, reading = reviewer_of(request), text_of(body, "sha"), reported_reading(body)
        if flag_in(body, "opened"):
            record_opening(services, row, sha, who=who)
            recorded = True
        else:
            recorded = record_reading(services, row, sha, reading, who=who)
        text = reading_state(services, row, who).in_words() if sha == row.sha else ""
        return JSONResponse({"recorded": recorded, "text": text})

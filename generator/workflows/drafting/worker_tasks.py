"""What a run has its crew do: call the endpoint, and read replies. Both ends of it, the run's and a worker's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from generator.errors import ReplyFormatError
from generator.model.errors import CallError, Failure, scrub
from generator.model.transport import Answer, Poster
from generator.store.ledger.records import Job
from generator.workflows.drafting.reply_reader import CheckedDraft, Reader
from generator.workflows.drafting.writer import Look
from generator.workflows.engine.worker_pool import Action, Crew, WorkerFailed, WorkerLost


def hands(reader: Reader, make_poster: Callable[[], Poster] | None) -> Mapping[str, Action]:
    """What a worker can do.

    Args:
        make_poster: opens the worker's own connections to the endpoint; None for a worker that only reads.
    """
    poster: Poster | None = None

    async def post(body: dict[str, Any]) -> Answer | Failure:
        nonlocal poster
        if poster is None:
            assert make_poster is not None
            try:
                poster = make_poster()
            except OSError as error:
                return Failure(kind="transient", cause="worker", message=str(error), billed="no")
        try:
            return await poster.post(body)
        except CallError as error:
            return error.failure

    def look(content: str, finish_reason: str | None, job: Job) -> CheckedDraft | None:
        try:
            return reader.read(content, finish_reason, job)
        except ReplyFormatError:
            return None

    return {"post": post, "look": look}


class CrewPoster:
    """Posts through the crew; when no worker is left, over a connection of this process's own.

    Args:
        make_poster: opens that connection.
        secret: the key, which no message may show.
    """

    def __init__(self, crew: Crew, make_poster: Callable[[], Poster], *, secret: str = "") -> None:
        self._crew = crew
        self._secret = secret
        self._make_poster = make_poster
        self._own: Poster | None = None

    async def post(self, body: dict[str, Any]) -> Answer:
        """See ``Poster``. A call that was under way in a worker that died may have been billed."""
        if not self._crew.present:
            self._own = self._own or self._make_poster()
            return await self._own.post(body)
        try:
            answer: Answer | Failure = await self._crew.call("post", body)
        except (WorkerLost, WorkerFailed) as error:
            answer = Failure(
                kind="transient", cause="worker", message=scrub(str(error), self._secret), billed="maybe"
            )
        if isinstance(answer, Failure):
            raise CallError(answer)
        return answer

    async def aclose(self) -> None:
        """See ``Poster``."""
        if self._own is not None:
            await self._own.aclose()


def look_through(crew: Crew) -> Look:
    """Has the crew read replies; where it cannot, the caller does."""

    async def look(content: str, finish_reason: str | None, job: Job) -> CheckedDraft | None:
        # No worker can read the context from the database.
        job = replace(job, load_context=partial(dict, job.context))
        try:
            checked: CheckedDraft | None = await crew.call("look", content, finish_reason, job)
        except (WorkerLost, WorkerFailed):
            return None
        return checked

    return look

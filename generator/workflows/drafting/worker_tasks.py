"""What worker processes do for a run of drafting: call the endpoint, and read replies. Both sides of it."""

from collections.abc import Callable
from typing import Any

from generator.errors import ReplyFormatError
from generator.model.errors import CallError, Failure, scrub
from generator.model.transport import Answer, Poster
from generator.processes.pool import WorkerError, WorkerPool
from generator.processes.protocol import Tasks
from generator.workflows.drafting.reply_reader import Assignment, Attempt, Reader
from generator.workflows.drafting.writer import Look

_POST = "post"
_READ = "read"


def worker_tasks(reader: Reader, make_poster: Callable[[], Poster] | None) -> Tasks:
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

    def read(content: str, finish_reason: str | None, assignment: Assignment) -> Attempt | None:
        try:
            return reader.read(content, finish_reason, assignment)
        except ReplyFormatError:
            return None

    return {_POST: post, _READ: read}


class PooledPoster:
    """Posts through a pool's workers; when none is left, over a connection of this process's own.

    Args:
        make_poster: opens that connection.
        secret: the key, which no message may show.
    """

    def __init__(self, pool: WorkerPool, make_poster: Callable[[], Poster], *, secret: str = "") -> None:
        self._pool = pool
        self._secret = secret
        self._make_poster = make_poster
        self._own: Poster | None = None

    async def post(self, body: dict[str, Any]) -> Answer:
        """See ``Poster``. A call that was under way in a worker that died may have been billed."""
        if not self._pool.has_workers:
            self._own = self._own or self._make_poster()
            return await self._own.post(body)
        try:
            answer: Answer | Failure = await self._pool.call(_POST, body)
        except WorkerError as error:
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


def pooled_reader(pool: WorkerPool) -> Look:
    """Has a pool's workers read replies; where they cannot, the caller does."""

    async def look(content: str, finish_reason: str | None, assignment: Assignment) -> Attempt | None:
        try:
            attempt: Attempt | None = await pool.call(_READ, content, finish_reason, assignment)
        except WorkerError:
            return None
        return attempt

    return look

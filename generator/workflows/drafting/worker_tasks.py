"""What worker processes do for a drafting run: call the endpoint and read replies. Both sides of the pipe are here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from generator.content.site.subjects import SubjectList
from generator.errors import ReplyFormatError
from generator.model.failures import CallError, Failure, without_secrets
from generator.model.transport import HttpAnswer, RequestSender
from generator.processes.ordered_map import PARALLEL_FROM
from generator.processes.pool import WorkerError, WorkerPool, default_workers
from generator.processes.protocol import Tasks
from generator.workflows.drafting.reply_reader import CheckedDraft, ReplyReader
from generator.workflows.ports import HasModel, HasSettings

if TYPE_CHECKING:
    from generator.config import Settings
    from generator.services import Endpoint
    from generator.store.ledger.runs.jobs import Job


_POST = "post"
_READ = "read"


class WorkerServices(HasSettings, HasModel, Protocol):
    """What making worker processes takes."""


def make_worker_pool(
    services: WorkerServices, endpoint: Endpoint | None, *, jobs: int, concurrency: int = 1
) -> WorkerPool | None:
    """Worker processes for a run over many jobs; None where they would not make it faster.

    Args:
        endpoint: the one that they call; None for workers that only read replies.
        jobs: how many jobs the run has.
        concurrency: the most calls in flight, of all workers together.
    """
    if jobs < PARALLEL_FROM or default_workers() < 2 or sys.platform == "win32":
        return None
    sender = None
    if endpoint is not None:
        if not services.is_remote(endpoint):
            return None
        sender = services.sender_factory(endpoint, connections=-(-concurrency // default_workers()))
    return WorkerPool(partial(_tasks, services.settings, sender), default_workers())


def _tasks(settings: Settings, sender: Callable[[], RequestSender] | None) -> Tasks:
    """The tasks of a worker process; called in it."""
    return worker_tasks(ReplyReader(settings, SubjectList(settings.subjects)), sender)


def worker_tasks(reader: ReplyReader, make_sender: Callable[[], RequestSender] | None) -> Tasks:
    """The tasks of a worker.

    Args:
        make_sender: opens the worker's connections to the endpoint; None for a worker that only reads replies.
    """
    sender: RequestSender | None = None

    async def post(body: dict[str, Any]) -> HttpAnswer | Failure:
        nonlocal sender
        if sender is None:
            assert make_sender is not None
            try:
                sender = make_sender()
            except OSError as error:
                return Failure(kind="transient", cause="worker", message=str(error), billed="no")
        try:
            return await sender.post(body)
        except CallError as error:
            return error.failure

    def read(content: str, finish_reason: str | None, job: Job) -> CheckedDraft | None:
        try:
            return reader.read(content, finish_reason, job)
        except ReplyFormatError:
            return None

    return {_POST: post, _READ: read}


class PooledSender:
    """Posts requests in the workers of a pool, or from this process when no worker is left.

    Args:
        make_sender: opens the connections of this process.
        secret: the API key, which is removed from messages.
    """

    def __init__(
        self, pool: WorkerPool, make_sender: Callable[[], RequestSender], *, secret: str = ""
    ) -> None:
        self._pool = pool
        self._secret = secret
        self._make_sender = make_sender
        self._own: RequestSender | None = None

    @classmethod
    def for_endpoint(
        cls, services: WorkerServices, endpoint: Endpoint, pool: WorkerPool, *, concurrency: int
    ) -> PooledSender:
        """A sender for one endpoint.

        Args:
            concurrency: how many connections this process opens when no worker is left.
        """
        factory = services.sender_factory(endpoint, connections=concurrency)
        return cls(pool, factory, secret=endpoint.api_key or "")

    async def post(self, body: dict[str, Any]) -> HttpAnswer:
        """See ``RequestSender``. A call in flight in a worker that died may have been billed."""
        if not self._pool.has_workers:
            return await self._own_sender().post(body)
        try:
            answer: HttpAnswer | Failure = await self._pool.call(_POST, body)
        except WorkerError as error:
            answer = Failure(
                kind="transient",
                cause="worker",
                message=without_secrets(str(error), self._secret),
                billed="maybe",
            )
        if isinstance(answer, Failure):
            raise CallError(answer)
        return answer

    async def models(self) -> HttpAnswer:
        """See ``RequestSender``. Sent from this process."""
        return await self._own_sender().models()

    def _own_sender(self) -> RequestSender:
        self._own = self._own or self._make_sender()
        return self._own

    async def aclose(self) -> None:
        """See ``RequestSender``."""
        if self._own is not None:
            await self._own.aclose()


class PooledReader:
    """Reads replies in worker processes, or in this process where there is no worker that can.

    Args:
        pool: None to read in this process.
    """

    def __init__(self, reader: ReplyReader, pool: WorkerPool | None) -> None:
        self._reader = reader
        self._pool = pool

    async def read(self, content: str, finish_reason: str | None, job: Job) -> CheckedDraft:
        """See ``ReplyReader.read``."""
        checked = await self._read_in_worker(content, finish_reason, job) if self._pool else None
        return checked or self._reader.read(content, finish_reason, job)

    async def _read_in_worker(self, content: str, finish_reason: str | None, job: Job) -> CheckedDraft | None:
        assert self._pool is not None
        try:
            checked: CheckedDraft | None = await self._pool.call(_READ, content, finish_reason, job)
        except WorkerError:
            return None
        return checked

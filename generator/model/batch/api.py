"""Calls the Files and Batches endpoints through the official SDK: upload, create, retrieve, list, cancel, download.

Each method makes one call and raises ``CallError`` when it fails; its ``failure`` says whether a retry may succeed.
Only ``batches`` and ``find`` make several calls, one for each page of the list. Files are streamed in both directions.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from generator.errors import StorageError
from generator.model.batch.files import partial_path
from generator.model.failures import CallError, CallTarget, Failure, classify_exception, classify_response
from generator.model.reply.reply import headers_of_interest
from generator.model.transport import call_errors, endpoint_name, open_sdk

if TYPE_CHECKING:
    import httpx2

Result = TypeVar("Result")

FINAL: frozenset[str] = frozenset({"completed", "failed", "expired", "cancelled"})
"""The statuses in which a batch no longer changes."""

_FILE_SECONDS = 1_800.0
_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class RemoteBatch:
    """A batch as the provider describes it.

    ``completed`` and ``failed`` count its requests; ``completed`` is None where the provider does not count. ``problem`` says why the provider refused the whole batch, None
    where it did not.
    """

    id: str
    input_file: str
    status: str
    output_file: str | None
    error_file: str | None
    completed: int | None
    failed: int
    metadata: Mapping[str, str]
    problem: str | None


class BatchClient:
    """The batches of one endpoint. A context manager, or closed by ``aclose``.

    Args:
        base_url: the API's root, or None for OpenAI.
        api_key: None for servers that need none.
        timeout_seconds: for one call; an upload or a download may take half an hour.
        transport: where the endpoint runs in this process, or a test double.
    """

    def __init__(
        self,
        *,
        base_url: str | None,
        api_key: str | None,
        timeout_seconds: float,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        self._sdk = open_sdk(
            base_url, api_key, timeout_seconds=timeout_seconds, connections=4, transport=transport
        )
        self._call_errors = call_errors()
        self._timeout_seconds = timeout_seconds
        self.endpoint = endpoint_name(base_url)
        self._target = CallTarget(self.endpoint, "", api_key or "")

    async def upload(self, path: Path, name: str) -> str:
        """Upload a request file.

        Args:
            name: the file's name at the provider.

        Returns:
            The provider's id of the file.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            file = path.open("rb")
        except OSError as error:
            raise StorageError(str(path), error.strerror or str(error)) from error
        with file:
            uploaded = await self._call(
                self._sdk.files.create(
                    file=(name, file, "application/jsonl"), purpose="batch", timeout=_FILE_SECONDS
                ),
                _FILE_SECONDS,
            )
        return str(uploaded.id)

    async def create(self, input_file: str, metadata: dict[str, str]) -> RemoteBatch:
        """Create a batch of an uploaded file. ``metadata`` is stored with it at the provider."""
        created = await self._call(
            self._sdk.batches.create(
                input_file_id=input_file,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata=metadata,
            )
        )
        return _remote(created)

    async def retrieve(self, batch_id: str) -> RemoteBatch:
        """A batch with its current status."""
        return _remote(await self._call(self._sdk.batches.retrieve(batch_id)))

    async def cancel(self, batch_id: str) -> RemoteBatch:
        """Cancel a batch. What was answered before is delivered and paid."""
        return _remote(await self._call(self._sdk.batches.cancel(batch_id)))

    async def find(self, input_file: str, metadata: Mapping[str, str]) -> RemoteBatch | None:
        """The newest batch of an input file whose metadata does not contradict ``metadata``; None without one.

        Some providers do not return the metadata: a missing name is no contradiction.
        """
        async for batch in self.batches():
            if batch.input_file == input_file and all(
                batch.metadata.get(name, value) == value for name, value in metadata.items()
            ):
                return batch
        return None

    async def batches(self) -> AsyncIterator[RemoteBatch]:
        """Every batch at the endpoint, newest first."""
        page: Any = await self._call(self._sdk.batches.list(limit=100))
        while True:
            for item in page.data:
                yield _remote(item)
            if not page.has_next_page():
                return
            page = await self._call(page.get_next_page())

    async def download(self, file_id: str, target: Path) -> None:
        """Download a file to ``target``, which exists only once it is complete.

        Raises:
            StorageError: ``target`` cannot be written.
        """
        part = partial_path(target)
        try:
            await self._call(self._copy(file_id, part), _FILE_SECONDS)
            with _storing(target):
                part.replace(target)
        except (CallError, StorageError):
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    async def _copy(self, file_id: str, target: Path) -> None:
        with _storing(target):
            file = target.open("wb")
        with file:
            streamed = self._sdk.files.with_streaming_response.content(file_id, timeout=_FILE_SECONDS)
            async with streamed as response:
                async for chunk in response.iter_bytes(_CHUNK_BYTES):
                    with _storing(target):  # an error of the disk is not an error of the endpoint
                        file.write(chunk)
            with _storing(target):
                file.flush()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sdk.close()

    async def __aenter__(self) -> "BatchClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _call(self, call: Awaitable[Result], seconds: float | None = None) -> Result:
        """Make one call. Raises CallError."""
        try:
            async with asyncio.timeout(seconds or self._timeout_seconds):
                return await call
        except self._call_errors as exc:
            raise CallError(self._failure(exc)) from exc

    def _failure(self, exc: Exception) -> Failure:
        answer: Any = getattr(exc, "response", None)
        if answer is None:
            return classify_exception(exc, self._target)
        headers = headers_of_interest(answer.headers)
        failure = classify_response(answer.status_code, headers, _content(answer), self._target)
        if failure.cause == "no-such-address":
            message = f"{self.endpoint} has no such batch or file, or it has no Batch API"
            failure = replace(failure, kind="request", message=message)
        return failure


def _content(answer: Any) -> bytes:
    """The body of an answer; empty where the body of a streamed answer was not read."""
    import httpx2

    try:
        return bytes(answer.content)
    except (httpx2.StreamError, RuntimeError):
        return b""


def _remote(batch: Any) -> RemoteBatch:
    counts = batch.request_counts
    errors = batch.errors.data if batch.errors and batch.errors.data else []
    problem = "; ".join(
        f"{error.code or 'error'}: {error.message or ''}" + (f" (line {error.line})" if error.line else "")
        for error in errors[:3]
    )
    return RemoteBatch(
        id=str(batch.id),
        input_file=str(batch.input_file_id or ""),
        status=str(batch.status or ""),
        output_file=batch.output_file_id or None,
        error_file=batch.error_file_id or None,
        completed=counts.completed if counts else None,
        failed=(counts.failed or 0) if counts else 0,
        metadata=batch.metadata or {},
        problem=problem or None,
    )


@contextmanager
def _storing(file: Path) -> Iterator[None]:
    """Raise errors of the disk as StorageError."""
    try:
        yield
    except OSError as error:
        raise StorageError(str(file), error.strerror or str(error)) from error

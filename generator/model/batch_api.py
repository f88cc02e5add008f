"""The Files and Batches endpoints through the official SDK: upload, create, look, list, cancel, download.

Each method is one call and fails with a ``CallError`` that tells, as for any call, whether it may be made
again; ``open_batches`` alone pages through a list. Files stream both ways.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from generator.errors import StorageError
from generator.model.batch_files import part_of
from generator.model.errors import CallError, Failure, Target, classify_exception, classify_response
from generator.model.replies import headers_of_interest
from generator.model.transport import call_errors, endpoint_name, open_sdk

if TYPE_CHECKING:
    import httpx2

Result = TypeVar("Result")

FINAL: frozenset[str] = frozenset({"completed", "failed", "expired", "cancelled"})

_UPLOAD_SECONDS = 1_800.0
_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class RemoteBatch:
    """A batch as the provider tells it; ``problem`` is why it was refused whole."""

    id: str
    input_file: str
    status: str
    output_file: str | None
    error_file: str | None
    completed: int
    failed: int
    metadata: Mapping[str, str]
    problem: str | None


class BatchClient:
    """Batches at one endpoint.

    Args:
        base_url: the API's root, or None for OpenAI.
        timeout_seconds: for one call; moving a file may take half an hour.
        transport: where the endpoint runs in this process, or a test's stand-in.
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
        self._target = Target(self.endpoint, "", api_key or "")

    async def upload(self, path: Path, name: str) -> str:
        """Upload a request file; its id.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            file = path.open("rb")
        except OSError as error:
            raise StorageError(str(path), error.strerror or str(error)) from error
        with file:
            made = await self._call(
                self._sdk.files.create(
                    file=(name, file, "application/jsonl"), purpose="batch", timeout=_UPLOAD_SECONDS
                ),
                _UPLOAD_SECONDS,
            )
        return str(made.id)

    async def create(self, input_file: str, metadata: dict[str, str]) -> RemoteBatch:
        """Have an uploaded file answered."""
        made = await self._call(
            self._sdk.batches.create(
                input_file_id=input_file,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata=metadata,
            )
        )
        return _remote(made)

    async def retrieve(self, batch_id: str) -> RemoteBatch:
        """How a batch is doing."""
        return _remote(await self._call(self._sdk.batches.retrieve(batch_id)))

    async def cancel(self, batch_id: str) -> RemoteBatch:
        """Have a batch stopped; what was answered by then is delivered and paid."""
        return _remote(await self._call(self._sdk.batches.cancel(batch_id)))

    async def find(self, input_file: str, metadata: Mapping[str, str]) -> RemoteBatch | None:
        """The batch that was made of an input file, as the one who made it told its ``metadata``."""
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
        """Copy a file to ``target``, which appears when it is whole.

        Raises:
            StorageError: ``target`` cannot be written.
        """
        part = part_of(target)
        try:
            await self._call(self._copy(file_id, part), _UPLOAD_SECONDS)
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
            streamed = self._sdk.files.with_streaming_response.content(file_id, timeout=_UPLOAD_SECONDS)
            async with streamed as response:
                async for chunk in response.iter_bytes(_CHUNK_BYTES):
                    with _storing(target):  # not one of the endpoint's errors
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
        """One exchange; ``CallError`` when it fails."""
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
            message = f"{self.endpoint} has no such batch or file, or no Batch API at all"
            failure = replace(failure, kind="request", message=message)
        return failure


def _content(answer: Any) -> bytes:
    """The body of an answer; none where it was to be streamed and was not."""
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
        completed=(counts.completed or 0) if counts else 0,
        failed=(counts.failed or 0) if counts else 0,
        metadata=batch.metadata or {},
        problem=problem or None,
    )


@contextmanager
def _storing(file: Path) -> Iterator[None]:
    """Errors of the disk as a StorageError."""
    try:
        yield
    except OSError as error:
        raise StorageError(str(file), error.strerror or str(error)) from error

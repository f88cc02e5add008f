"""The Files endpoints: store, show, list and delete uploads and the files that batches write."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from generator.extractive.error_replies import error_body

MAX_BYTES = 200_000_000
"""The size limit of the API."""
_MAX_FIELDS = 8
_MAX_FIELD_BYTES = 4_096
_COPY_BYTES = 1 << 20


@dataclass(slots=True)
class StoredFile:
    """A file as the API describes it; ``size`` in bytes, ``created`` in seconds since 1970."""

    id: str
    name: str
    purpose: str
    size: int
    created: int

    def as_dict(self) -> dict[str, Any]:
        """The ``file`` object."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": self.size,
            "created_at": self.created,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


class FileStore:
    """Stores the files in a folder, in order of creation, and serves their endpoints.

    Args:
        folder: the folder of the contents; it must exist.
        now: seconds since 1970.
    """

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self._folder = folder
        self._now = now
        self._files: dict[str, StoredFile] = {}
        self._numbers = count(1)

    def routes(self) -> list[BaseRoute]:
        """The endpoints of files."""
        return [
            Route("/v1/files", self._upload, methods=["POST"]),
            Route("/v1/files", self._list, methods=["GET"]),
            Route("/v1/files/{id}", self._show, methods=["GET"]),
            Route("/v1/files/{id}", self._delete, methods=["DELETE"]),
            Route("/v1/files/{id}/content", self._content, methods=["GET"]),
        ]

    def next_number(self) -> int:
        """A new number for a file or batch; each number is used once."""
        return next(self._numbers)

    def get(self, file_id: str) -> StoredFile | None:
        """The file with this id; None if there is none."""
        return self._files.get(file_id)

    def new_file(self, name: str, purpose: str) -> StoredFile:
        """A new file, to be written at ``path`` and then passed to ``add_written``."""
        return StoredFile(self._new_id(), name, purpose, 0, self._seconds())

    def add_written(self, file: StoredFile, *, keep_empty: bool = False) -> str | None:
        """Add a written file to the list, and return its id. Otherwise than with ``keep_empty``, an empty file is removed
        instead: None.
        """
        path = self.path(file.id)
        file.size = path.stat().st_size
        if not file.size and not keep_empty:
            path.unlink()
            return None
        self._files[file.id] = file
        return file.id

    def lines(self, file_id: str) -> Iterator[str]:
        """The lines of a file that are not blank."""
        with self.path(file_id).open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.strip():
                    yield line

    def path(self, file_id: str) -> Path:
        """The path of a file's content."""
        return self._folder / f"{file_id}.jsonl"

    def _new_id(self) -> str:
        return f"file-{self.next_number():012d}"

    def _seconds(self) -> int:
        return int(self._now())

    async def _upload(self, request: Request) -> Response:
        file_id = self._new_id()
        try:
            async with request.form(
                max_files=1, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD_BYTES
            ) as form:
                file, purpose = form.get("file"), form.get("purpose")
                if not isinstance(file, UploadFile) or not isinstance(purpose, str):
                    return error_response(400, "The form needs 'file' and 'purpose'.")
                if (file.size or 0) > MAX_BYTES:
                    return error_response(400, f"The file is larger than {MAX_BYTES} bytes.")
                stored = StoredFile(
                    file_id, file.filename or "upload.jsonl", purpose, file.size or 0, self._seconds()
                )
                await run_in_threadpool(_copy_file, file.file, self.path(file_id))
        except HTTPException as error:
            return error_response(400, f"The form cannot be read: {error.detail}")
        self._files[file_id] = stored
        return JSONResponse(stored.as_dict())

    async def _list(self, request: Request) -> Response:
        return list_response(request, [stored.as_dict() for stored in reversed(self._files.values())])

    async def _show(self, request: Request) -> Response:
        stored = self.get(request.path_params["id"])
        return JSONResponse(stored.as_dict()) if stored else _no_such_file()

    async def _delete(self, request: Request) -> Response:
        stored = self._files.pop(request.path_params["id"], None)
        if stored is None:
            return _no_such_file()
        self.path(stored.id).unlink(missing_ok=True)
        return JSONResponse({"id": stored.id, "object": "file", "deleted": True})

    async def _content(self, request: Request) -> Response:
        stored = self.get(request.path_params["id"])
        if stored is None:
            return _no_such_file()
        return FileResponse(self.path(stored.id), media_type="application/octet-stream")


def list_response(request: Request, items: list[dict[str, Any]]) -> Response:
    """A page of a list, as in the API.

    Args:
        request: its query may have ``after``, the id before the page, and ``limit``, the size of the page.
        items: the newest first.
    """
    after = request.query_params.get("after")
    limit = request.query_params.get("limit", "20")
    size = min(max(int(limit), 1), 100) if limit.isdigit() else 20
    start = next((n + 1 for n, item in enumerate(items) if item["id"] == after), len(items)) if after else 0
    page = items[start : start + size]
    return JSONResponse(
        {
            "object": "list",
            "data": page,
            "first_id": page[0]["id"] if page else None,
            "last_id": page[-1]["id"] if page else None,
            "has_more": start + size < len(items),
        }
    )


def error_response(status: int, message: str) -> Response:
    """An ``invalid_request_error`` with this status."""
    return JSONResponse(error_body(message, "invalid_request_error"), status)


def _no_such_file() -> Response:
    return error_response(404, "No such File object.")


def _copy_file(source: BinaryIO, target: Path) -> None:
    with target.open("wb") as stored:
        shutil.copyfileobj(source, stored, _COPY_BYTES)

"""Multipart uploads streamed to a file, for one file and its small form fields; no parser package needed."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import BinaryIO

from starlette.requests import Request

_MAX_HEAD = 16_384
_MAX_FIELD = 4_096


class UploadError(Exception):
    """A body that is not the multipart form asked for, or too large."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What was stored; ``size`` in bytes."""

    name: str
    purpose: str
    size: int


async def save_upload(request: Request, target: Path, max_bytes: int) -> Upload:
    """Store the form's file at ``target``.

    Raises:
        UploadError: no boundary, no file, no purpose, more than ``max_bytes``, or cut off.
    """
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    boundary = header.get_boundary()
    if not boundary:
        raise UploadError("The body is not a multipart form.")
    reader = _Reader(request.stream(), f"\r\n--{boundary}".encode())
    fields: dict[str, str] = {}
    name, size = "", -1
    while await reader.next_part():
        disposition = reader.headers
        field = _parameter(disposition, "name")
        if field == "file":
            name = _parameter(disposition, "filename") or "upload.jsonl"
            with target.open("wb") as stored:
                size = await reader.copy(stored, max_bytes)
        else:
            fields[field] = (await reader.small()).decode("utf-8", "replace")
    if size < 0 or "purpose" not in fields:
        raise UploadError("The form needs 'file' and 'purpose'.")
    return Upload(name, fields["purpose"], size)


class _Reader:
    """Walks the parts of a multipart body without holding more than a chunk of it."""

    def __init__(self, stream: AsyncIterator[bytes], delimiter: bytes) -> None:
        self._stream = stream
        self._delimiter = delimiter
        self._buffer = b"\r\n"
        self.headers = ""

    async def next_part(self) -> bool:
        """Go to the next part; False behind the last one."""
        while self._delimiter not in self._buffer:
            self._buffer = self._buffer[-len(self._delimiter) :]
            await self._more()
        self._buffer = self._buffer.split(self._delimiter, 1)[1]
        while len(self._buffer) < 2:
            await self._more()
        if self._buffer.startswith(b"--"):
            return False
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > _MAX_HEAD:
                raise UploadError("The headers of a part are too long.")
            await self._more()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        self.headers = head.decode("utf-8", "replace")
        return True

    async def copy(self, target: BinaryIO, max_bytes: int) -> int:
        """Write the part's content; the number of bytes."""
        size = 0
        while True:
            end = self._buffer.find(self._delimiter)
            keep = len(self._buffer) - len(self._delimiter) if end < 0 else end
            if keep > 0:
                target.write(self._buffer[:keep])
                self._buffer = self._buffer[keep:]
                size += keep
            if size > max_bytes:
                raise UploadError(f"The file is larger than {max_bytes} bytes.")
            if end >= 0:
                return size
            await self._more()

    async def small(self) -> bytes:
        """The content of a form field."""
        while self._delimiter not in self._buffer:
            if len(self._buffer) > _MAX_FIELD:
                raise UploadError("A form field is too long.")
            await self._more()
        end = self._buffer.find(self._delimiter)
        value, self._buffer = self._buffer[:end], self._buffer[end:]
        return value

    async def _more(self) -> None:
        async for chunk in self._stream:
            if chunk:
                self._buffer += chunk
                return
        raise UploadError("The form ends in the middle.")


def _parameter(headers: str, name: str) -> str:
    found = re.search(rf'content-disposition:[^\r\n]*?[;\s]{name}="([^"]*)"', headers, re.IGNORECASE)
    return found[1] if found else ""

"""Reads and writes request and response files of the Batch API, in OpenAI's JSON Lines format, which vLLM uses too.

Files are processed line by line, never as a whole. Response files are untrusted input: a line that cannot be used
is returned as a ``BadLine``, not raised. They may be compressed by gzip, and begin with a byte order mark.
"""

import codecs
import gzip
import io
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from generator.errors import StorageError
from generator.model.failures import without_secrets
from generator.model.reply.reply import BadReply, read_reply
from generator.model.requests import to_json

ENDPOINT = "/v1/chat/completions"
# OpenAI's limits for one input file of a batch.
MOST_REQUESTS = 50_000
MOST_BYTES = 200_000_000
# Bytes. A completion has some ten kilobytes; longer lines are refused without being read into memory.
LONGEST_LINE = 16_000_000
_CHUNK_BYTES = 1 << 16


def request_line(custom_id: str, body: Mapping[str, Any]) -> bytes:
    """One request as a line with its line end."""
    line = {"custom_id": custom_id, "method": "POST", "url": ENDPOINT, "body": dict(body)}
    return to_json(line) + b"\n"


class RequestFile:
    """A request file that is being written: lines go to ``<name>.part``, which is renamed when it is complete.

    Args:
        path: the path of the complete file.
        most_requests, most_bytes: what it may contain; None for no limit.

    Raises:
        StorageError: it cannot be written.
    """

    def __init__(
        self,
        path: Path,
        *,
        most_requests: int | None = MOST_REQUESTS,
        most_bytes: int | None = MOST_BYTES,
    ) -> None:
        self.path = path
        self.requests = 0
        self.size = 0
        self._most_requests = most_requests
        self._most_bytes = most_bytes
        self._part = partial_path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("wb")
        except OSError as error:
            raise StorageError(str(self._part), error.strerror or str(error)) from error

    def has_room(self, size: int, *, lines: int = 1) -> bool:
        """Whether ``lines`` more lines of ``size`` bytes together still fit. An empty file accepts any single line."""
        if self.requests == 0 and lines == 1:
            return True
        if self._most_requests is not None and self.requests + lines > self._most_requests:
            return False
        return self._most_bytes is None or self.size + size <= self._most_bytes

    def write(self, lines: Iterable[bytes]) -> None:
        """Append lines; the caller checks first whether they fit.

        Raises:
            StorageError: the disk cannot be written.
        """
        try:
            for line in lines:
                self._file.write(line)
                self.requests += 1
                self.size += len(line)
        except OSError as error:
            raise StorageError(str(self._part), error.strerror or str(error)) from error

    def finish(self) -> None:
        """Write everything to the disk and give the file its final name.

        Raises:
            StorageError: the disk cannot be written.
        """
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self.path)
        except OSError as error:
            raise StorageError(str(self.path), error.strerror or str(error)) from error

    def discard(self) -> None:
        """Close and delete the unfinished file."""
        self._file.close()
        self._part.unlink(missing_ok=True)


def partial_path(path: Path) -> Path:
    """The path of a file while it is being written."""
    return path.with_name(path.name + ".part")


@dataclass(frozen=True, slots=True)
class ResponseLine:
    """One answer of a response file.

    ``number`` is its 1-based line. ``body`` is the completion or, with a ``status`` other than 200, the error. Without
    a response ``status`` is None, and ``code`` and ``message`` say why. ``may_be_billed`` is what this program wrote of a
    failed call on a cluster; providers do not charge errors.
    """

    number: int
    custom_id: str
    status: int | None
    body: bytes
    request_id: str | None
    code: str = ""
    message: str = ""
    may_be_billed: bool = False


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is not an answer, with its 1-based number."""

    number: int
    reason: str


def response_lines(source: Iterable[bytes]) -> Iterator[ResponseLine | BadLine]:
    """The answers in a response file; empty lines are skipped.

    Args:
        source: an open file, or the lines of one.
    """
    lines = _lines_of(cast(BinaryIO, source)) if hasattr(source, "read") else source
    for number, raw in enumerate(lines, start=1):
        if isinstance(raw, str):
            yield BadLine(number, raw)
        elif raw.strip():
            yield _response(number, raw)


def is_answer(line: ResponseLine | BadLine) -> bool:
    """Whether a line is an answer with a completion."""
    if isinstance(line, BadLine) or line.status != 200:
        return False
    try:
        read_reply(line.body, mode="", output_cap=0)
    except BadReply:
        return False
    return True


def request_bodies(source: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """``custom_id`` and body of each request in a file that this program wrote.

    Raises:
        ValueError: a line is not a request.
    """
    for raw in source:
        if raw.strip():
            line = json.loads(raw)
            yield line["custom_id"], line["body"]


def response_line(
    custom_id: str,
    number: int,
    *,
    status: int | None,
    body: object,
    request_id: str | None,
    error: Mapping[str, str] | None = None,
) -> bytes:
    """One answer as a line in the format of providers, with its line end.

    Args:
        number: becomes part of the line's ``id``.
        status: the HTTP status; None where there is no response.
        body: the completion or the error, as JSON values.
        error: ``code`` and ``message`` of a request without a response.
    """
    response = None if status is None else {"status_code": status, "request_id": request_id, "body": body}
    line = {"id": f"batch_req_{number}", "custom_id": custom_id, "response": response, "error": error}
    # A lone surrogate is replaced, as it is when lines are read: it must not make the other answers unreadable.
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode(errors="replace") + b"\n"


def _decoded(file: BinaryIO) -> BinaryIO | Iterator[bytes]:
    """The content of a file: uncompressed, in UTF-8, without a byte order mark."""
    peeked = cast(io.BufferedReader, file if hasattr(file, "peek") else io.BufferedReader(file))
    start = peeked.peek(3)
    if start.startswith(b"\x1f\x8b"):
        return _decoded(cast(BinaryIO, gzip.GzipFile(fileobj=peeked)))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _lines_of_utf16(peeked)
    if start.startswith(codecs.BOM_UTF8):
        peeked.read(len(codecs.BOM_UTF8))
    return peeked


def _lines_of_utf16(file: BinaryIO) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    rest = ""
    while chunk := file.read(_CHUNK_BYTES):
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from (line.encode(errors="replace") for line in lines)
    yield (rest + decoder.decode(b"", final=True)).encode(errors="replace")


def _lines_of(file: BinaryIO) -> Iterator[bytes | str]:
    """Lines of bounded length; text says why a line, or the rest of the file, cannot be read."""
    try:
        source = _decoded(file)
        if isinstance(source, Iterator) and not hasattr(source, "readline"):
            yield from source
            return
        while line := source.readline(LONGEST_LINE):
            if len(line) < LONGEST_LINE or line.endswith(b"\n"):
                yield line
                continue
            while (rest := source.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield f"is longer than {LONGEST_LINE} bytes"
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield f"and all after it cannot be decompressed: {error}"


def _response(number: int, raw: bytes) -> ResponseLine | BadLine:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return BadLine(number, "is not JSON")
    custom_id = line.get("custom_id") if isinstance(line, dict) else None
    if not isinstance(custom_id, str) or not custom_id:
        return BadLine(number, "has no custom_id")
    response, error = line.get("response"), line.get("error")
    if isinstance(response, dict) and ("choices" in response or response.get("object") == "response"):
        response = {"status_code": 200, "body": response}  # some tools write the completion itself
    code, message = _problem(error)
    may_be_billed = isinstance(error, dict) and error.get("billed") == "maybe"
    if not isinstance(response, dict):
        if error is None:
            return BadLine(number, "has neither a response nor an error")
        return ResponseLine(number, custom_id, None, b"", None, code, message, may_be_billed)
    status = response.get("status_code", 200)
    body = response.get("body")
    if not isinstance(status, int) or isinstance(status, bool):
        return BadLine(number, "has a status that is not a number")
    if body is None and error is not None:  # vLLM writes the error next to an empty response
        body = error if isinstance(error, dict) else {"error": {"message": message}}
    request_id = response.get("request_id")
    return ResponseLine(
        number,
        custom_id,
        status,
        json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"),
        _line(request_id) or None,
        code,
        message,
        may_be_billed,
    )


def _problem(error: object) -> tuple[str, str]:
    """Code and message of an error, which is an object or a string."""
    if isinstance(error, dict):
        inner = error.get("error")
        error = inner if isinstance(inner, dict) else error
        return _line(error.get("code")), _line(error.get("message"))
    return "", _line(error)


def _line(value: object) -> str:
    """Untrusted text as one printable line; empty for None."""
    return "" if value is None else without_secrets(str(value), "")

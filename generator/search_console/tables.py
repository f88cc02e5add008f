"""Reads the tables of files: CSV of any separator and encoding, JSON, workbooks, and all of these in zip or gzip.

A large CSV is streamed: its rows are read while the caller iterates over them.
"""

import csv
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from generator.errors import UsageError
from generator.questions.encodings import utf8_stream
from generator.questions.lines import UnsupportedFormat, read_head
from generator.questions.spreadsheets import read_sheets
from generator.questions.tables import csv_cells

_SEPARATORS = ",;\t|"
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_WORKBOOK_PART = "[Content_Types].xml"
_READ = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".gz", ""})
_MOST_JSON_BYTES = 500_000_000
_MOST_BYTES = 20_000_000_000
"""Of one member of an archive, unpacked: more than two years of a large site, and less than a bomb."""

Row = tuple[int, Sequence[str]]
"""A row of a table: its line, from 1, and its cells."""


@dataclass(frozen=True)
class Table:
    """A table of a file.

    Args:
        name: the name of the file, with its archive, for messages.
        header: the names of the columns; empty for a file without any row.
        header_line: the line of the header, from 1.
        rows: the rows below it, each once.
    """

    name: str
    header: Sequence[str]
    header_line: int
    rows: Iterator[Row]


@contextmanager
def open_tables(file: Path) -> Iterator[Iterator[Table]]:
    """The tables of a file, one after another; each must be read before the next one.

    Raises:
        UsageError: the file cannot be read.
    """
    try:
        with ExitStack() as stack:
            stream = stack.enter_context(file.open("rb"))
            yield _tables(stream, file.name, stack)
    except UnsupportedFormat as error:
        raise UsageError(f"{file.name}:{error.line}: {error.reason}") from error
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{file.name}: cannot be read: {reason}") from error


def sha256_of(files: Iterable[Path]) -> str:
    """The hash of some files together, whatever their names and their order are.

    Raises:
        UsageError: one cannot be read.
    """
    hashes = []
    for file in files:
        try:
            with file.open("rb") as stream:
                hashes.append(hashlib.file_digest(stream, "sha256").hexdigest())
        except OSError as error:
            raise UsageError(f"{file}: cannot be read: {error.strerror or error}") from error
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest()


def is_archive(file: Path) -> bool:
    """Whether a file is a zip of its own: an export as it was downloaded, or a workbook."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(_ZIP)) == _ZIP
    except OSError:
        return False


def _tables(stream: BinaryIO, name: str, stack: ExitStack) -> Iterator[Table]:
    magic = stream.read(len(_ZIP))
    stream.seek(0)
    if magic.startswith(_GZIP):
        yield _text_table(stack.enter_context(gzip.GzipFile(fileobj=stream)), name)  # type: ignore[arg-type]
    elif magic == _ZIP:
        archive = stack.enter_context(zipfile.ZipFile(stream))
        if _WORKBOOK_PART in archive.namelist():
            stream.seek(0)
            yield from _sheets(stream.read(), name)
        else:
            yield from _members(archive, name)
    else:
        yield _text_table(stream, name)


def _members(archive: zipfile.ZipFile, name: str) -> Iterator[Table]:
    for info in archive.infolist():
        path = PurePosixPath(info.filename)
        is_hidden = path.name.startswith(".") or "__MACOSX" in path.parts
        if info.is_dir() or is_hidden or path.suffix.lower() not in _READ:
            continue
        if info.file_size > _MOST_BYTES:
            raise UnsupportedFormat(
                1, f"{path.name} is larger than {_MOST_BYTES // 10**9} GB; unpack and divide it"
            )
        with archive.open(info) as member, ExitStack() as stack:
            unpacked: Any = member
            if member.read(2) == _GZIP:
                member.seek(0)
                unpacked = stack.enter_context(gzip.GzipFile(fileobj=member))
            else:
                member.seek(0)
            yield _text_table(unpacked, f"{name}/{path.name}")


def _sheets(data: bytes, name: str) -> Iterator[Table]:
    for sheet, rows in read_sheets(data).items():
        if rows:
            body = iter([(row.line, row.cells) for row in rows[1:]])
            yield Table(f"{name}/{sheet}", rows[0].cells, rows[0].line, body)


def _text_table(stream: BinaryIO, name: str) -> Table:
    text_bytes, _ = utf8_stream(read_head(stream), stream)
    text = io.TextIOWrapper(text_bytes, encoding="utf-8-sig", errors="replace", newline="")
    numbered = enumerate(iter(text.readline, ""), start=1)
    for number, line in numbered:
        first = line.strip()
        if first.startswith(("{", "[")):
            return _json_table(first, text, name)
        if first and not first.startswith("#") and not first.casefold().startswith("sep="):
            separator = max(_SEPARATORS, key=lambda char: len(csv_cells(first, char)))
            header = csv_cells(first, separator)
            return Table(name, header, number, _csv_rows(text, separator, number, name))
    return Table(name, (), 1, iter(()))


def _csv_rows(text: Iterable[str], separator: str, above: int, name: str) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=separator)
    while True:
        line = above + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(f"{name}:{line}: the row is not valid CSV: {error}") from error
        if any(cells):
            yield line, cells


def _json_table(first: str, text: io.TextIOWrapper, name: str) -> Table:
    """JSON Lines, a list of objects, or the answer of the API: an object with ``rows``."""
    try:
        objects = [record for record in _records(first, text) if isinstance(record, dict)]
    except (ValueError, RecursionError) as error:
        raise UnsupportedFormat(1, f"the file is not valid JSON: {error}") from error
    header = list(dict.fromkeys(key for record in objects[:100] for key in record))
    rows = ((number, [_cell(record.get(key)) for key in header]) for number, record in enumerate(objects, 1))
    return Table(name, header, 1, rows)


def _records(first: str, text: io.TextIOWrapper) -> Sequence[Any]:
    try:
        record = json.loads(first)
    except ValueError:
        record = None
    if isinstance(record, dict) and not isinstance(record.get("rows"), list):
        return [record, *(json.loads(line) for line in text if line.strip())]
    data = json.loads(first + text.read(_MOST_JSON_BYTES))
    found = data.get("rows") if isinstance(data, dict) else data
    return found if isinstance(found, list) else ()


def _cell(value: Any) -> str:
    """A value of JSON as a cell of a table."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)

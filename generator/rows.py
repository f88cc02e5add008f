"""Reads the raw rows of a list file: CSV, TSV, text, JSON Lines or YAML, from a file or a stream.

What cannot be read as a row is an item of the result like any other, with its line and reason. All formats
but YAML are streamed: memory does not grow with the list. What the cells mean is ``generator.questions``.
"""

import csv
import io
import itertools
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import yaml

from generator.content.text import one_line
from generator.errors import UsageError

MAX_LINE_CHARS = 1_000_000
MAX_RECORD_LINES = 11  # a field with more line breaks is a quote that was never closed
MAX_YAML_BYTES = 50_000_000
MAX_YAML_DEPTH = 8  # far below what the C composer survives

_FIELDS = ("question", "subject", "notes", "sources")
_FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
}
_UNCLOSED = "broken row: a quote is opened and not closed"
_UTF8_BOM = "\ufeff"
_UTF16_BOMS = ("\udcff\udcfe", "\udcfe\udcff")  # as surrogateescape shows the bytes
_UNDECODED = re.compile("[\udc80-\udcff]")


class Cells(NamedTuple):
    """A row as its format gave it, before any of it is believed."""

    line: int
    values: dict[str, Any]


class Bad(NamedTuple):
    """A row, or a whole file at its line 1, that cannot be read."""

    line: int
    reason: str


Item: TypeAlias = Cells | Bad


class _Line(NamedTuple):
    """A physical line without its line break; ``problem`` says why it cannot be used."""

    number: int
    text: str
    problem: str | None

    @property
    def skipped(self) -> bool:
        """Whether it is blank or a comment."""
        return not self.problem and (not self.text.strip() or self.text.startswith("#"))


def read_rows(source: Path | BinaryIO, name: str) -> Iterator[Item]:
    """The rows in order; ``name`` tells the format by its suffix, another or none leaves that to the content.

    Raises:
        UsageError: the file cannot be read.
    """
    if not isinstance(source, Path):
        yield from _stream_items(source, name)
        return
    try:
        with source.open("rb") as stream:
            yield from _stream_items(stream, name)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror or error}") from error


def _stream_items(stream: BinaryIO, name: str) -> Iterator[Item]:
    kind = _FORMATS.get(Path(name).suffix.lower())
    if kind == "yaml":
        yield from _yaml_items(stream)
        return
    lines = _lines(stream)
    head = list(itertools.islice(lines, 1))
    if head and (reason := _not_text(head[0].text)):
        yield Bad(1, reason)
        return
    while head and head[-1].skipped:
        head[-1:] = itertools.islice(lines, 1)
    first = head[0].text if head else ""
    read = _READERS[kind or _sniffed(first)]
    yield from read(itertools.chain(head, lines), first)


def _lines(stream: BinaryIO) -> Iterator[_Line]:
    """The lines of a stream, each at most ``MAX_LINE_CHARS`` long, under any line break."""
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline=None)
    try:
        for number in itertools.count(1):
            line = text.readline(MAX_LINE_CHARS)
            if not line:
                return
            problem = _problem(line)
            if len(line) == MAX_LINE_CHARS and not line.endswith("\n"):
                problem = f"a line of more than {MAX_LINE_CHARS} characters"
                while (rest := text.readline(MAX_LINE_CHARS)) and not rest.endswith("\n"):
                    pass
            if number == 1:
                line = line.removeprefix(_UTF8_BOM)
            yield _Line(number, line.removesuffix("\n"), problem)
    finally:
        text.detach()  # the stream is the caller's to close


def _problem(line: str) -> str | None:
    if line.isascii() and "\0" not in line:
        return None
    found = _UNDECODED.search(line)
    if found:
        return f"not UTF-8 text: byte 0x{ord(found[0]) - 0xDC00:02x} after {line[: found.start()][-20:]!r}"
    return "holds a NUL byte" if "\0" in line else None


def _not_text(first: str) -> str | None:
    if first.startswith(_UTF16_BOMS):
        return "the file is UTF-16; save it as UTF-8"
    if first.startswith("PK\x03\x04"):
        return "the file is a spreadsheet or an archive; export the list as CSV"
    return None


def _sniffed(first: str) -> str:
    if first.lstrip().startswith("{"):
        return "jsonl"
    return "csv" if _header(first, ",")[1] is not None else "text"


def _text_items(lines: Iterable[_Line], first: str) -> Iterator[Item]:
    for line in lines:
        if line.problem:
            yield Bad(line.number, line.problem)
        elif not line.skipped:
            yield Cells(line.number, {"question": line.text})


def _jsonl_items(lines: Iterable[_Line], first: str) -> Iterator[Item]:
    for line in lines:
        if line.problem:
            yield Bad(line.number, line.problem)
        elif not line.skipped:
            yield _json_item(line)


def _json_item(line: _Line) -> Item:
    try:
        value = json.loads(line.text)
    except json.JSONDecodeError as error:
        return Bad(line.number, f"not JSON: {error.msg} at column {error.colno}")
    except (RecursionError, ValueError) as error:
        return Bad(line.number, f"not usable JSON: {error}")
    if isinstance(value, str):
        return Cells(line.number, {"question": value})
    if not isinstance(value, dict):
        return Bad(line.number, "neither an object nor a text")
    if "question" not in value:
        return Bad(line.number, "the object has no 'question'")
    return Cells(line.number, value)


class _Unclosed(Exception):
    """A quoted field runs on for too many lines."""


class _Feed:
    """Gives lines to ``csv.reader`` and can take back those that a broken record swallowed."""

    def __init__(self, lines: Iterable[_Line]) -> None:
        self._lines = iter(lines)
        self._returned: deque[_Line] = deque()
        self.taken: list[_Line] = []

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._next()
        while not self.taken and line.skipped:
            line = self._next()
        self.taken.append(line)
        if len(self.taken) > MAX_RECORD_LINES:
            raise _Unclosed
        return "" if line.problem else line.text + "\n"

    def start(self) -> None:
        """Begin a record."""
        self.taken = []

    def resync(self) -> None:
        """Give up the record: everything after its first line will be read again."""
        self._returned.extendleft(reversed(self.taken[1:]))

    def _next(self) -> _Line:
        return self._returned.popleft() if self._returned else next(self._lines)


class _Record(NamedTuple):
    line: int
    cells: list[str]


def _records(lines: Iterable[_Line], delimiter: str) -> Iterator[_Record | Bad]:
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _Unclosed:
            feed.resync()
            yield Bad(feed.taken[0].number, _UNCLOSED)
            continue
        except csv.Error as error:
            feed.resync()
            at_end = "end of data" in str(error)
            yield Bad(feed.taken[0].number, _UNCLOSED if at_end else f"broken row: {error}")
            continue
        problem = next((line for line in feed.taken if line.problem), None)
        if problem is not None and problem.problem:
            yield Bad(problem.number, problem.problem)
        elif any(cell.strip() for cell in cells):
            yield _Record(feed.taken[0].number, cells)


def _csv_items(lines: Iterable[_Line], first: str, delimiter: str = ",") -> Iterator[Item]:
    delimiter, header = _header(first, delimiter)
    if header is None:
        yield from _headless_items(_records(lines, delimiter))
        return
    doubled = [field for field in _FIELDS if header.count(field) > 1]
    records = _records(lines, delimiter)
    line = next(records).line
    if doubled:
        yield Bad(line, f"two columns are named {doubled[0]!r}")
        return
    for record in records:
        if isinstance(record, Bad):
            yield record
        elif len(record.cells) > len(header):
            yield Bad(
                record.line,
                f"broken row: {len(record.cells)} cells under {len(header)} columns;"
                " a cell that holds the separator must stand in quotes",
            )
        else:
            yield Cells(record.line, dict(zip(header, record.cells, strict=False)))


def _headless_items(records: Iterator[_Record | Bad]) -> Iterator[Item]:
    """A list of questions alone, one a row; a first row of several cells is a header that lacks ``question``."""
    for position, record in enumerate(records):
        if isinstance(record, Bad):
            yield record
        elif len(record.cells) == 1:
            yield Cells(record.line, {"question": record.cells[0]})
        elif position == 0:
            columns = ", ".join(repr(one_line(cell)[:40]) for cell in record.cells[:8])
            yield Bad(record.line, f"there is no column 'question', only {columns}")
            return
        else:
            yield Bad(
                record.line,
                f"broken row: {len(record.cells)} cells in a list of one column;"
                " a question that holds the separator must stand in quotes",
            )


def _header(first: str, preferred: str) -> tuple[str, list[str] | None]:
    """The separator and the column names, if the first line names a ``question`` column."""
    for delimiter in dict.fromkeys((preferred, ",", ";", "\t")):
        try:
            cells = next(csv.reader([first], delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        names = [one_line(cell).casefold() for cell in cells]
        if "question" in names:
            return delimiter, names
    return preferred, None


def _tsv_items(lines: Iterable[_Line], first: str) -> Iterator[Item]:
    return _csv_items(lines, first, "\t")


_READERS: dict[str, Callable[[Iterable[_Line], str], Iterator[Item]]] = {
    "csv": _csv_items,
    "tsv": _tsv_items,
    "text": _text_items,
    "jsonl": _jsonl_items,
}


def _yaml_items(stream: BinaryIO) -> Iterator[Item]:
    data = stream.read(MAX_YAML_BYTES + 1)
    if len(data) > MAX_YAML_BYTES:
        yield Bad(1, f"a YAML list of more than {MAX_YAML_BYTES // 1_000_000} MB; use CSV or JSON Lines")
        return
    try:
        root = _compose(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        yield Bad(data.count(b"\n", 0, error.start) + 1, f"not UTF-8 text: {error.reason}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        yield Bad(mark.line + 1 if mark else 1, f"not YAML: {error.problem}")
    except yaml.YAMLError as error:
        yield Bad(1, f"not YAML: {one_line(str(error))}")
    else:
        if isinstance(root, yaml.SequenceNode):
            yield from map(_yaml_item, root.value)
        elif root is not None:
            yield Bad(root.start_mark.line + 1, "the top of the file is not a list")


def _compose(text: str) -> yaml.Node | None:
    """The one document of a YAML text. Depth and aliases are checked on events, before anything recurses."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        mark: Any = event.start_mark  # of the C loader or of the Python one
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not taken here", problem_mark=mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_YAML_DEPTH:
                raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


def _yaml_item(node: yaml.Node) -> Item:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Cells(line, {"question": _yaml_value(node)})
    if not isinstance(node, yaml.MappingNode):
        return Bad(line, "neither a mapping nor a text")
    values = {key.value: _yaml_value(value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    if "question" not in values:
        return Bad(line, "the mapping has no 'question'")
    return Cells(line, values)


def _yaml_value(node: yaml.Node) -> object:
    """Scalars as they are written (so that ``1984`` and ``no`` stay words), lists of them as lists."""
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_yaml_value(item) for item in node.value]
    return node

"""Splits a list file into lines, and defines the rows that the readers of each format return."""

import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple, TypeAlias

MAX_LINE_CHARS = 1_000_000
_MAX_RULE_CHARS = 1_000
HEAD_BYTES = 65_536
HEAD_LINES = 100

_UTF8_BOM = "\ufeff"
_UNDECODED = re.compile("[\udc80-\udcff]")
_LINE_BREAK = re.compile("\r\n|\r|\n")
_COMMENT = re.compile(r"#+(?:\s|$|!)")
_RULE = re.compile(r"\s*([-*_=~\u2500\u2550])(?:\s*\1){2,}\s*")


class RawRow(NamedTuple):
    """A row before validation.

    Args:
        line: the line on which it begins, from 1.
        values: the cells by the names of their fields; a cell of JSON or YAML can have any type.
        written: the question before list marks were removed; None if it was not examined for marks.
        kept: the cells that hold neither question nor subject, as written, by the names of their columns; None in a
            list without columns.
    """

    line: int
    values: dict[str, Any]
    written: str | None = None
    kept: Mapping[str, Any] | None = None


class BadRow(NamedTuple):
    """A row that cannot be used.

    Args:
        line: the line on which it begins, from 1.
        reason: one sentence for the user: what is wrong and what to do.
    """

    line: int
    reason: str


Item: TypeAlias = RawRow | BadRow


class UnsupportedFormat(Exception):
    """The file as a whole cannot be read as a question list.

    Args:
        line: the line that shows it, from 1.
        reason: one sentence for the user: what is wrong and what to do.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Line(NamedTuple):
    """A line of the file, without its line break.

    Args:
        number: from 1.
        problem: why the line cannot be used; None where it can.
    """

    number: int
    text: str
    problem: str | None = None

    @property
    def is_skipped(self) -> bool:
        """Whether it is blank, a comment or a rule between rows, and not a row."""
        return not self.problem and (not self.text.strip() or self.is_comment or self.is_rule)

    @property
    def is_comment(self) -> bool:
        """Whether it begins with ``# `` and does not end with a question mark."""
        return bool(_COMMENT.match(self.text)) and not ends_with_question_mark(self.text)

    @property
    def is_rule(self) -> bool:
        """Whether it consists of one mark, such as a hyphen, repeated three times or more."""
        return len(self.text) <= _MAX_RULE_CHARS and bool(_RULE.fullmatch(self.text))


class CommentCounter:
    """Counts the comments of a list. A line that is read several times counts once."""

    def __init__(self) -> None:
        self.count = 0
        self._last = 0

    def add(self, line: Line) -> None:
        """Count a line if it is a comment."""
        if line.is_comment and line.number > self._last:
            self._last = line.number
            self.count += 1

    def count_in(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield all lines, and count the comments among them."""
        for line in lines:
            self.add(line)
            yield line


def ends_with_question_mark(text: str) -> bool:
    """Whether a text ends with a question mark; closing quotes, brackets and emphasis may follow it."""
    return text.rstrip(" \t\n\"'*_)]\u201c\u201d\u2019\u00bb").endswith("?")


def read_head(stream: BinaryIO) -> bytes:
    """Read the first lines of a stream, at most ``HEAD_BYTES``.

    Stops after ``HEAD_LINES`` lines with content, because a pipe may deliver the rest slowly.
    """
    head, count = bytearray(), 0
    while count < HEAD_LINES and (line := stream.readline(HEAD_BYTES - len(head))):
        head += line
        count += bool(line.strip()) and not line.startswith(b"# ")
    return bytes(head)


def split_head(head: bytes) -> list[Line]:
    """Split the result of ``read_head`` into lines.

    The last line is left out if ``head`` has the full ``HEAD_BYTES`` and may end within that line.
    """
    texts = _LINE_BREAK.split(head.decode("utf-8", "surrogateescape").removeprefix(_UTF8_BOM))
    if len(head) == HEAD_BYTES and len(texts) > 1:
        texts.pop()
    return [Line(number, text) for number, text in enumerate(texts, 1)]


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Yield the lines of a stream, with any line breaks, and leave the stream open.

    A line longer than ``MAX_LINE_CHARS`` is cut and has a ``problem``.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline=None)
    try:
        for number in itertools.count(1):
            line = text.readline(MAX_LINE_CHARS)
            if not line:
                return
            problem = _find_problem(line)
            if len(line) == MAX_LINE_CHARS and not line.endswith("\n"):
                problem = (
                    f"the line has more than {MAX_LINE_CHARS} characters; write one question on each line"
                )
                while (rest := text.readline(MAX_LINE_CHARS)) and not rest.endswith("\n"):
                    pass
            if number == 1:
                line = line.removeprefix(_UTF8_BOM)
            yield Line(number, line.removesuffix("\n"), problem)
    finally:
        if not stream.closed:
            text.detach()  # the caller closes the stream


def _find_problem(line: str) -> str | None:
    if line.isascii() and "\0" not in line:
        return None
    found = _UNDECODED.search(line)
    if found:
        byte = f"0x{ord(found[0]) - 0xDC00:02x}"
        return f"the line is not UTF-8 text: byte {byte} after {line[: found.start()][-20:]!r}; save the list as UTF-8"
    return "the line contains a NUL byte; remove it" if "\0" in line else None


class PeekedStream(io.RawIOBase):
    """A stream whose beginning was already read.

    Args:
        head: the bytes that were read; they are returned first.
        stream: returns the rest.
    """

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)  # does not wait for more

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)

"""The lines of a list file, and the rows that readers make of them."""

import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple, TypeAlias

MAX_LINE_CHARS = 1_000_000
_MOST_RULE_CHARS = 1_000
HEAD_BYTES = 65_536
HEAD_LINES = 100

_UTF8_BOM = "\ufeff"
_UNDECODED = re.compile("[\udc80-\udcff]")
_LINE_BREAK = re.compile("\r\n|\r|\n")
_COMMENT = re.compile(r"#+(?:\s|$|!)")
_RULE = re.compile(r"\s*([-*_=~\u2500\u2550])(?:\s*\1){2,}\s*")


class RawRow(NamedTuple):
    """A row as its format gave it, before any of it is believed.

    ``written`` is the question with the marks of its list, where they were taken off.
    """

    line: int
    values: dict[str, Any]
    written: str | None = None


class BadRow(NamedTuple):
    """A row that cannot be read."""

    line: int
    reason: str


Item: TypeAlias = RawRow | BadRow


class UnsupportedFormat(Exception):
    """The file as a whole is not a list in a form that is read; ``line`` shows it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Line(NamedTuple):
    """A physical line without its line break; ``problem`` says why it cannot be used."""

    number: int
    text: str
    problem: str | None = None

    @property
    def skipped(self) -> bool:
        """Whether it is blank, a comment or a rule between rows."""
        return not self.problem and (not self.text.strip() or self.is_comment or self.is_rule)

    @property
    def is_comment(self) -> bool:
        """Whether it begins with ``# `` and asks nothing."""
        return bool(_COMMENT.match(self.text)) and not asks(self.text)

    @property
    def is_rule(self) -> bool:
        """Whether it is the same mark, such as a hyphen, three times or more, and nothing else."""
        return len(self.text) <= _MOST_RULE_CHARS and bool(_RULE.fullmatch(self.text))


class CommentCounter:
    """Counts the comments of a list, each once, though a line may be read again."""

    def __init__(self) -> None:
        self.count = 0
        self._last = 0

    def note(self, line: Line) -> None:
        """Count a line that is left out, if it is a comment."""
        if line.is_comment and line.number > self._last:
            self._last = line.number
            self.count += 1

    def noted(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Count the comments among lines, and pass all on."""
        for line in lines:
            self.note(line)
            yield line


def asks(text: str) -> bool:
    """Whether a text ends with a question mark, which quotes, brackets or bold type may close around."""
    return text.rstrip(" \t\n\"'*_)]\u201c\u201d\u2019\u00bb").endswith("?")


def read_head(stream: BinaryIO) -> bytes:
    """The first lines of a stream, no more of them than are needed: the rest of a list may come in slowly."""
    head, count = bytearray(), 0
    while count < HEAD_LINES and (line := stream.readline(HEAD_BYTES - len(head))):
        head += line
        count += bool(line.strip()) and not line.startswith(b"# ")
    return bytes(head)


def head_lines(head: bytes) -> list[Line]:
    """The lines at the start of a file, the last one left out where ``head`` may have cut it."""
    texts = _LINE_BREAK.split(head.decode("utf-8", "surrogateescape").removeprefix(_UTF8_BOM))
    if len(head) == HEAD_BYTES and len(texts) > 1:
        texts.pop()
    return [Line(number, text) for number, text in enumerate(texts, 1)]


def lines(stream: BinaryIO) -> Iterator[Line]:
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
            yield Line(number, line.removesuffix("\n"), problem)
    finally:
        if not stream.closed:
            text.detach()  # the stream is the caller's to close


def _problem(line: str) -> str | None:
    if line.isascii() and "\0" not in line:
        return None
    found = _UNDECODED.search(line)
    if found:
        byte = f"0x{ord(found[0]) - 0xDC00:02x}"
        return f"not UTF-8 text: byte {byte} after {line[: found.start()][-20:]!r}; save the list as UTF-8"
    return "holds a NUL byte" if "\0" in line else None


class PeekedStream(io.RawIOBase):
    """A stream with what was read from it already in front again."""

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

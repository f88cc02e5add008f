"""Finds the place of a value in a file's text from its YAML marks.

The marks alone are not exact: the end mark of a block scalar is after the blank lines that follow it, and that of a
block mapping is at the next key. Offsets count code points of the text that was read.
"""

import re
from dataclasses import dataclass

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

# Other characters end a line for YAML too; a header that ends in one of them is refused when a file is read.
_HEADER = re.compile(
    r"[^\r\n\x85\u2028\u2029]*?([>|])([-+0-9]*)(?=[ \t]*(?:#[^\r\n\x85\u2028\u2029]*)?\r?\n)"
)
_BLANK = " \t\r\n"


@dataclass(frozen=True, slots=True)
class BlockScalar:
    """A ``>`` or ``|`` scalar.

    Attributes:
        header: start and end of its header, such as ``>-``.
        start: the offset of its first content line.
        end: the offset before the line break of its last content line; ``start`` without content.
        indent: the indentation of the first line that is not blank; None without one.
        lines: the number of content lines.
    """

    indicator: str
    modifiers: str
    header: tuple[int, int]
    start: int
    end: int
    indent: str | None
    lines: int


def line_end(text: str, offset: int) -> int:
    """The end of the line that contains ``offset``, before its line break."""
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def next_line(text: str, offset: int) -> int:
    """The beginning of the line after the one that contains ``offset``."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


def line_start(text: str, offset: int) -> int:
    """The beginning of the line that contains ``offset``."""
    return text.rfind("\n", 0, offset) + 1


def has_block_header(text: str, start: int) -> bool:
    """Whether a block scalar with the mark ``start`` has its indicator on a line that ends in a line feed."""
    return _HEADER.match(text, start) is not None


def block_scalar(text: str, start: int, end: int) -> BlockScalar:
    """The block scalar with the marks ``start`` and ``end``. Raises ValueError where there is none."""
    header = _HEADER.match(text, start)
    if header is None:
        raise ValueError("no block scalar begins here")
    first = next_line(text, header.end())
    region = text[first:end]
    filled = len(region.rstrip(_BLANK))
    content = region[: line_end(region, filled)] if filled else ""
    indent = _indent(content)
    if indent is None:
        content = region.rstrip("\r\n")
    else:
        # A line of spaces that is longer than the indentation is content too.
        rest = region[len(content) :].splitlines()
        for number in range(len(rest) - 1, 0, -1):
            if len(rest[number].rstrip("\r")) > len(indent):
                content = region[: line_end(region, len(content) + _length(region, len(content), number))]
                break
    return BlockScalar(
        indicator=header[1],
        modifiers=header[2],
        header=(header.start(1), header.end()),
        start=first,
        end=first + len(content),
        indent=indent,
        lines=content.count("\n") + 1 if content else 0,
    )


def entry_end(text: str, value: Node, offset: int) -> int:
    """The end of the last line of a value, before its line break.

    Args:
        offset: the difference between an offset into ``text`` and a mark of the value.
    """
    if isinstance(value, ScalarNode):
        start, end = value.start_mark.index + offset, value.end_mark.index + offset
        if value.style in ("|", ">"):
            block = block_scalar(text, start, end)
            if "+" in block.modifiers:  # the empty lines after it are part of the value
                return line_end(text, line_start(text, end - 1))
            return block.end if block.lines else line_end(text, block.header[1])
        return line_end(text, end)
    if not isinstance(value, CollectionNode) or value.flow_style or not value.value:
        return line_end(text, value.end_mark.index + offset)
    last = value.value[-1]
    return entry_end(text, last[1] if isinstance(value, MappingNode) else last, offset)


def _indent(content: str) -> str | None:
    """The indentation of the first line that is not blank."""
    for line in content.split("\n"):
        stripped = line.lstrip(" ")
        if stripped.strip("\r"):
            return line[: len(line) - len(stripped)]
    return None


def _length(region: str, start: int, lines: int) -> int:
    """The number of characters from ``start`` to the beginning of the line that is ``lines`` lines below."""
    offset = start
    for _ in range(lines):
        offset = next_line(region, offset)
    return offset - start

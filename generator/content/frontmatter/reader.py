"""Reads article files in every form that people and content systems give them, and rejects broken ones.

The front matter is composed to YAML nodes but not constructed to Python objects: no value gets a type, no tag runs,
no alias is followed, and every node has its place in the text. Input that could hang or crash the C library (deep
nesting, great size) is rejected before it gets there.
"""

from typing import Any

import yaml
from yaml.composer import Composer
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from generator.content.frontmatter.document import Document, Entry
from generator.content.frontmatter.scalars import unreadable_in_lines
from generator.content.frontmatter.spans import has_block_header
from generator.errors import FrontMatterError

MAX_FILE_BYTES = 4_000_000
MAX_FRONT_MATTER = 500_000
MAX_DEPTH = 50

_BOM = "\ufeff"
_FENCE = "---"
_CORE_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")
)


class _Untyped:
    """Turns tag resolution off: a node has a tag only where the text has one."""

    def resolve(self, *_: Any) -> str:
        return ""

    def descend_resolver(self, *_: Any) -> None: ...

    def ascend_resolver(self) -> None: ...


class PythonNodes(_Untyped, Reader, Scanner, Parser, Composer):
    """The composer for a PyYAML without its C library."""

    def __init__(self, stream: str) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


Nodes: Any = PythonNodes
if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class CNodes(_Untyped, CParser):
        """The composer of libyaml."""

    Nodes = CNodes


def size_error(size: int) -> str | None:
    """Why a file of ``size`` bytes is too large to be an article; None where it is not."""
    return f"larger than {MAX_FILE_BYTES // 1_000_000} MB" if size > MAX_FILE_BYTES else None


def read(data: bytes | str) -> Document:
    """Read an article file.

    Raises:
        FrontMatterError: not UTF-8, no front matter, broken YAML, a repeated key, an alias, a tag that is no core
            tag, a block text whose first line does not end in a line feed, more than 50 levels of nesting, or more
            than 4 MB; with the line.
    """
    if reason := size_error(len(data)):
        raise FrontMatterError(reason)
    text = data if isinstance(data, str) else _decoded(data)
    start, closing = fences(text)
    if closing - start > MAX_FRONT_MATTER:
        raise FrontMatterError(f"the front matter is longer than {MAX_FRONT_MATTER:,} characters")
    source = text[start:closing]
    entries: dict[str, Entry] = {}
    root = _composed(source)
    _collect(root, "", entries, set() if "&" in source else None, 0)
    _check_block_headers(source, entries)
    return Document(text, root, entries, start, closing)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FrontMatterError(f"byte {data[error.start]:#04x} is not UTF-8", line=line) from error


def fences(text: str) -> tuple[int, int]:
    """The offsets of the line after the opening fence and of the closing fence. Raises FrontMatterError."""
    start = len(_BOM) if text.startswith(_BOM) else 0
    first = text.find("\n", start) + 1
    if not text.startswith(_FENCE, start) or text[start + len(_FENCE) : first or None].strip(" \t\r\n"):
        raise FrontMatterError("the first line must be ---")
    closing = text.find("\n---", first - 1) + 1 if first else 0
    if not closing:
        raise FrontMatterError("no closing --- follows the front matter", line=text.count("\n") + 1)
    end = text.find("\n", closing)
    if text[closing + len(_FENCE) : end if end >= 0 else None].strip(" \t\r"):
        raise FrontMatterError(
            "the closing --- must be alone on its line", line=text.count("\n", 0, closing) + 1
        )
    if text.startswith(_BOM, first):
        raise FrontMatterError("a byte-order mark within the front matter", line=2)
    return first, closing


def _composed(source: str) -> MappingNode:
    # Each level of nesting needs at least one of these characters, or one more space of indentation.
    if sum(map(source.count, "[{-?")) > 1000:
        _refuse_depth(source)
    try:
        root = Nodes(source).get_single_node()
    except (yaml.YAMLError, UnicodeEncodeError, RecursionError) as error:
        raise _yaml_error(error, source) from error
    if not isinstance(root, MappingNode):
        raise FrontMatterError("the front matter must consist of `key: value` lines", line=2)
    return root


def _refuse_depth(source: str) -> None:
    """Raise FrontMatterError for deep nesting. Reads the events, which needs no stack, before the composer recurses."""
    depth = 0
    try:
        nodes = Nodes(source)
        while nodes.check_event():
            event = nodes.get_event()
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise _too_deep(_line(event.start_mark))
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise _yaml_error(error, source) from error


def _collect(node: Node, prefix: str, entries: dict[str, Entry], ids: set[int] | None, depth: int) -> None:
    """Add everything below a collection to ``entries``.

    Args:
        ids: the ids of all nodes so far, to find aliases; None for a text without anchors, which has no aliases.
    """
    if depth > MAX_DEPTH:
        raise _too_deep(_line(node.start_mark))
    is_mapping = isinstance(node, MappingNode)
    for number, item in enumerate(node.value):
        key, value = item if is_mapping else (item, item)
        if is_mapping and not isinstance(key, ScalarNode):
            raise FrontMatterError("a key must be a text", line=_line(key.start_mark))
        path = f"{prefix}{key.value if is_mapping else number}"
        reason = None
        if path in entries:
            reason = "is written twice"
        elif value.tag and value.tag not in _CORE_TAGS:
            reason = f"has the tag {value.tag}, which is not allowed"
        elif ids is not None:
            if id(key) in ids or id(value) in ids:
                reason = "contains an alias, which is not allowed"
            ids.update((id(key), id(value)))
        if reason is not None:
            raise FrontMatterError(f"{path} {reason}", line=_line(key.start_mark))
        entries[path] = Entry(key, value)
        if not isinstance(value, ScalarNode):
            _collect(value, f"{path}.", entries, ids, depth + 1)


def _check_block_headers(source: str, entries: dict[str, Entry]) -> None:
    """Refuse a block scalar whose first line ends in another character than a line feed: its lines have no places."""
    for path, entry in entries.items():
        value = entry.value
        if not isinstance(value, ScalarNode) or value.style not in (">", "|"):
            continue
        if not has_block_header(source, value.start_mark.index):
            reason = f"the line with the {value.style} of {path} must end in a line feed"
            raise FrontMatterError(reason, line=_line(value.start_mark))


def _line(mark: Any) -> int:
    """The line of a YAML mark in the file, counted from 1; the front matter begins on line 2."""
    return 2 if mark is None else int(mark.line) + 2


def _too_deep(line: int) -> FrontMatterError:
    return FrontMatterError(f"values nested more than {MAX_DEPTH} deep", line=line)


def _yaml_error(error: Exception, source: str) -> FrontMatterError:
    """The error of the YAML library as FrontMatterError, with the line in the file."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or "broken YAML"
        return FrontMatterError(f"broken YAML: {reason}", line=_line(mark))
    if isinstance(error, RecursionError):
        return _too_deep(2)
    offset = unreadable_in_lines(source)
    if offset is None:
        return FrontMatterError(f"broken YAML: {error}", line=2)
    line = source.count("\n", 0, offset) + 2
    return FrontMatterError(f"YAML does not allow the character U+{ord(source[offset]):04X}", line=line)

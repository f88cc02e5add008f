"""Changes fields of an article file in place: the lines of these fields, and not one byte elsewhere.

Every result is read again and verified: the changed fields must have the new values and all others their old ones.
Otherwise PatchError is raised.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from yaml.nodes import CollectionNode, MappingNode, ScalarNode

from generator.content.frontmatter import scalars, schema, spans, writer
from generator.content.frontmatter.document import Document, Entry, boolean, decimal_number, is_null
from generator.content.frontmatter.reader import read
from generator.errors import FrontMatterError, PatchError

Change = str | int | float | bool | None

_BARE = re.compile(r"[-+.\w]+", re.ASCII)


class Edit(NamedTuple):
    """Replaces ``text[start:end]`` by ``new``."""

    start: int
    end: int
    new: str


def patch(text: str, changes: Mapping[str, Change]) -> str:
    """The text with some fields changed.

    A new value is written in the style of the old one where possible, else in the canonical style. A value that is
    equal to the old one changes nothing. A missing field of the schema is added at its canonical place.

    Args:
        changes: the new values by dotted path; None removes a field, or a whole group, with exactly its lines.

    Raises:
        FrontMatterError: the text cannot be read.
        PatchError: a change needs other bytes changed too, a value cannot be written on one line of front matter, or
            neither the file nor the schema has the path.
    """
    before = document = read(text)
    for path, value in changes.items():
        patched = apply_edits(document.text, _edits(document, path, value))
        if patched != document.text:
            document = reread(patched)
    if document is not before:
        verify(document, _expected(before, changes), before.body)
    return document.text


def apply_edits(text: str, edits: list[Edit]) -> str:
    """The text after edits that do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def reread(patched: str) -> Document:
    """Read a patched text. Raises PatchError where it cannot be read."""
    try:
        return read(patched)
    except FrontMatterError as error:
        raise PatchError(f"the change would break the file: {error.reason}") from error


def verify(after: Document, expected: Mapping[str, str], body: str) -> None:
    """Raise PatchError unless the patched file has these values and this body."""
    if after.values != expected:
        wrong = sorted(path for path, _ in after.values.items() ^ expected.items())
        raise PatchError(f"the change would give {', '.join(wrong[:3])} a value that was not requested")
    if after.body != body:
        raise PatchError("the change would change the body too")


def own_lines(document: Document, path: str) -> tuple[int, int]:
    """Start and end of the lines of an entry. Raises PatchError where something else is on these lines."""
    text, entry = document.text, document.entries[path]
    start = spans.line_start(text, entry.key.start_mark.index + document.offset)
    if _in_flow(document, path) or text[start : entry.key.start_mark.index + document.offset].strip(" "):
        raise PatchError(f"{path} shares its lines with something else")
    return start, spans.next_line(text, spans.entry_end(text, entry.value, document.offset))


def line_break_at(text: str, offset: int) -> str:
    """The line break of the line that contains ``offset``: ``\\n`` or ``\\r\\n``."""
    return "\r\n" if text.startswith("\r\n", spans.line_end(text, offset)) else "\n"


def place_for(document: Document, path: str) -> int:
    """The offset of the line before which a missing field must be added. Raises PatchError."""
    group = path.rpartition(".")[0]
    order = list(schema.siblings(group))
    prefix = f"{group}." if group else ""
    node = document.entries[group].value if group else document.root
    if not isinstance(node, MappingNode) or node.flow_style:
        raise PatchError(f"{path} cannot be added: {group or 'the front matter'} is not written as a block")
    for leaf in reversed(order[: order.index(path.removeprefix(prefix))]):
        if prefix + leaf in document.entries:
            return own_lines(document, prefix + leaf)[1]
    return own_lines(document, prefix + node.value[0][0].value)[0]


def _edits(document: Document, path: str, value: Change) -> list[Edit]:
    entry = document.entries.get(path)
    if value is None:
        return [] if entry is None else [_removal(document, path)]
    if entry is None:
        return [_addition(document, path, value)]
    if not isinstance(entry.value, ScalarNode):
        raise PatchError(f"{path} is a group, not a value")
    if _is(entry.value, value):
        return []
    return _replacement(document, path, entry, entry.value, value)


def _removal(document: Document, path: str) -> Edit:
    group = path.rpartition(".")[0]
    parent = document.entries[group].value if group else document.root
    if not isinstance(parent, MappingNode) or len(parent.value) == 1:
        raise PatchError(f"{path} cannot be removed from {group or 'the front matter'} alone")
    return Edit(*own_lines(document, path), "")


def _addition(document: Document, path: str, value: Change) -> Edit:
    if schema.form(path) in (None, "group"):
        raise PatchError(f"{path} is neither in the file nor a value of the schema")
    group = path.rpartition(".")[0]
    parent = document.entries.get(group)
    indent = schema.indent_of(group)
    if parent is not None and isinstance(parent.value, MappingNode):
        indent = " " * parent.value.value[0][0].start_mark.column
    lines = _canonical(path, value, indent)
    if not group or parent is not None and not is_null(parent.value):
        at = place_for(document, path)
    elif parent is not None and not parent.value.value:
        at = own_lines(document, group)[1]
    elif parent is None:
        at, lines = place_for(document, group), [f"{group}:", *lines]
    else:
        raise PatchError(f"{path} cannot be added: {group} is written as {parent.value.value}")
    eol = line_break_at(document.text, spans.line_start(document.text, at - 1))
    return Edit(at, at, "".join(line + eol for line in lines))


def _replacement(
    document: Document, path: str, entry: Entry, node: ScalarNode, value: str | int | float | bool
) -> list[Edit]:
    text, new = document.text, yaml_text(value)
    start, end = document.span(node)
    if node.style in (">", "|"):
        return _block_edits(text, path, new, spans.block_scalar(text, start, end), entry)
    flow = _in_flow(document, path)
    inline = _inline(path, node, value, flow=flow)
    gap = " " if start == end and text[start - 1] == ":" else ""
    if inline is not None:
        return [Edit(start, end, gap + inline)]
    content = scalars.folded(new)
    if content is None or flow:
        raise PatchError(f"{path}: {_excerpt(new)} cannot be written on one line of front matter")
    line = spans.line_end(text, end)
    comment = text[end:line]
    margin = " " * entry.key.start_mark.column + schema.content_indent(path.rpartition(".")[0])
    return [Edit(start, line, f"{gap}>-{comment}{line_break_at(text, end)}{margin}{content}")]


def _inline(path: str, node: ScalarNode, value: str | int | float | bool, *, flow: bool) -> str | None:
    """The value for its key's line, in the style of the old one; None where that style cannot write it."""
    new = yaml_text(value)
    if node.style == "'":
        return scalars.single_quoted(new) or (scalars.double_quoted(new) if flow else None)
    if node.style == '"':
        return scalars.double_quoted(new)
    if is_bare(path, value):
        return new
    form = schema.form(path)
    if is_null(node) and form == "folded" and not flow:
        return None
    plain = scalars.plain(new, flow=flow)
    if plain is None and (flow or form == "plain"):
        return scalars.single_quoted(new) or (scalars.double_quoted(new) if flow else None)
    return plain


def _block_edits(text: str, path: str, new: str, block: spans.BlockScalar, entry: Entry) -> list[Edit]:
    header = block.indicator + block.modifiers
    if block.modifiers == "" and new.endswith("\n"):
        new = new[:-1]
    elif block.modifiers != "-":
        header = f"{block.indicator}-"
    line = scalars.folded(new)
    lines = scalars.literal(new) if block.indicator == "|" else None if line is None else [line]
    if lines is None:
        raise PatchError(f"{path}: {_excerpt(new)} cannot be written in the style that the file uses there")
    indent = block.indent
    if indent is None:
        indent = " " * entry.key.start_mark.column + schema.content_indent(path.rpartition(".")[0])
    eol = line_break_at(text, block.header[0])
    content = eol.join(indent + line if line or len(lines) == 1 else "" for line in lines)
    return [
        Edit(*block.header, header),
        Edit(block.start, block.end, content if block.lines else content + eol),
    ]


def _canonical(path: str, value: Change, indent: str) -> list[str]:
    group, _, leaf = path.rpartition(".")
    new = yaml_text(value)
    try:
        if is_bare(path, value):
            return [f"{indent}{leaf}: {new}"]
        if schema.form(path) == "folded":
            return writer.folded_lines(leaf, new, indent, schema.content_indent(group), path=path)
        return [writer.line(leaf, new, indent, path=path)]
    except FrontMatterError as error:
        raise PatchError(error.reason) from error


def yaml_text(value: Change) -> str:
    """A value as YAML spells it, unquoted."""
    return scalars.number(value) if isinstance(value, float) else str(value)


def is_bare(path: str, value: Change) -> bool:
    """Whether the value is written without quotes, as a number, date or truth value."""
    if not isinstance(value, str):
        return True
    return schema.form(path) == "bare" and _BARE.fullmatch(value) is not None


def _is(node: ScalarNode, value: Change) -> bool:
    """Whether a scalar already has this value, in any spelling."""
    if isinstance(value, str):
        return bool(node.value == value)
    if isinstance(value, bool):
        return boolean(node.value) is value
    return decimal_number(node.value) == value


def _in_flow(document: Document, path: str) -> bool:
    node: CollectionNode = document.root
    if node.flow_style:
        return True
    parts = path.split(".")
    for length in range(1, len(parts)):
        parent = document.entries.get(".".join(parts[:length]))
        if parent is not None and isinstance(parent.value, CollectionNode) and parent.value.flow_style:
            return True
    return False


def _expected(before: Document, changes: Mapping[str, Change]) -> dict[str, str]:
    expected = dict(before.values)
    for path, value in changes.items():
        entry = before.entries.get(path)
        if value is None:
            expected = {
                old: text for old, text in expected.items() if old != path and not old.startswith(f"{path}.")
            }
        elif entry is None or not isinstance(entry.value, ScalarNode) or not _is(entry.value, value):
            expected[path] = yaml_text(value)
            expected.pop(path.rpartition(".")[0], None)
    return expected


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")

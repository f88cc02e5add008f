"""Reads lists that are JSON, JSON Lines or YAML: texts, or objects with a key ``question``."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import yaml

from generator.content.text import one_line
from generator.questions.columns import doubled, fields_of
from generator.questions.lines import BadRow, Item, Line, RawRow, UnsupportedFormat

MAX_BYTES = 50_000_000
MAX_YAML_DEPTH = 8  # far below what the C composer survives

# What a list is called that holds the rows of a file, in exports and replies.
_DATA = frozenset(
    ("data", "items", "rows", "list", "entries", "records", "results", "daten", "zeilen", "liste")
)

_decode_at = json.JSONDecoder().raw_decode


def jsonl_items(lines: Iterable[Line]) -> Iterator[Item]:
    """A JSON value on each line."""
    for line in lines:
        if line.problem:
            yield BadRow(line.number, line.problem)
        elif not line.skipped:
            yield _jsonl_item(line)


def _jsonl_item(line: Line) -> Item:
    try:
        value = json.loads(line.text)
    except json.JSONDecodeError as error:
        return BadRow(line.number, f"not JSON: {error.msg} at column {error.colno}")
    except (RecursionError, ValueError) as error:
        return BadRow(line.number, f"not usable JSON: {error}")
    return _json_item(line.number, value)


def _json_item(line: int, value: Any) -> Item:
    if isinstance(value, str):
        return RawRow(line, {"question": value})
    if not isinstance(value, dict):
        return BadRow(line, "neither an object nor a text")
    return _item(line, value, "object")


def _item(line: int, values: dict[str, Any], what: str) -> Item:
    names = fields_of(list(values))
    if names is None:
        return BadRow(line, f"the {what} has no 'question', only {_keys(values)}")
    twice = doubled(names)
    return (
        BadRow(line, f"two keys mean {twice!r}")
        if twice
        else RawRow(line, dict(zip(names, values.values(), strict=True)))
    )


def json_items(data: bytes) -> Iterator[Item]:
    """One JSON document: an array of rows, an object that holds one, or a single row.

    Raises:
        UnsupportedFormat: it is not.
    """
    text = _text(data, "JSON")
    try:
        root = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnsupportedFormat(error.lineno, f"not JSON: {error.msg} at column {error.colno}") from error
    except (RecursionError, ValueError) as error:
        raise UnsupportedFormat(1, f"not usable JSON: {error}") from error
    start = _past_space(text, 0)
    if isinstance(root, dict):
        key = key_of_rows(root)
        if key is None:
            if fields_of(list(root)) is None:
                _refuse_object(text.count("\n", 0, start) + 1, root, "a JSON object")
            yield _json_item(text.count("\n", 0, start) + 1, root)
            return
        start = _value_of(text, start, key)
    elif not isinstance(root, list):
        raise UnsupportedFormat(1, "a single JSON value; write an array of questions")
    yield from _array_items(text, start)


def key_of_rows(values: Mapping[str, Any]) -> str | None:
    """Which of an object's lists holds the rows.

    That is the one named after questions, else the one with objects that hold a question, else the one named as data
    is. None where there is none or several, or the object is a row itself: its other lists are tags or answers.
    """
    named = [key for key in values if fields_of([key])]
    if not named:
        lists = {key: value for key, value in values.items() if isinstance(value, list)}
        named = [key for key, value in lists.items() if _are_rows(value)]
        asks = any(isinstance(value, str) and value.rstrip().endswith("?") for value in values.values())
        if not named and not asks:
            named = [key for key in lists if key.casefold() in _DATA]
    return named[0] if len(named) == 1 and isinstance(values[named[0]], list) else None


def _are_rows(values: Sequence[Any]) -> bool:
    """Whether all items of a list are objects, and one of them holds a question."""
    objects = [value for value in values if isinstance(value, Mapping)]
    return len(objects) == len(values) and any(fields_of(list(map(str, value))) for value in objects)


def _refuse_object(line: int, values: Mapping[str, Any], what: str) -> NoReturn:
    raise UnsupportedFormat(
        line,
        f"{what} without a list of questions, only with {_keys(values)}; write a list of questions,"
        " or name the key that holds it 'questions'",
    )


def _keys(values: Mapping[str, Any]) -> str:
    return ", ".join(repr(one_line(str(key))[:40]) for key in list(values)[:8]) or "no key"


def _array_items(text: str, start: int) -> Iterator[Item]:
    """The rows of the array that begins at ``start``, known to be well formed, with their lines."""
    line, counted = 1, 0
    at = _past_space(text, start + 1)
    while text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        value, at = _decode_at(text, at)
        yield _json_item(line, value)
        at = _past_space(text, at)
        if text[at] == ",":
            at = _past_space(text, at + 1)


def _value_of(text: str, start: int, wanted: str) -> int:
    """Where the value of a key begins in the object that begins at ``start``."""
    at, found = _past_space(text, start + 1), start
    while text[at] != "}":
        key, at = _decode_at(text, at)
        at = _past_space(text, _past_space(text, at) + 1)
        if key == wanted:  # the last one counts, as for json.loads
            found = at
        _, at = _decode_at(text, at)
        at = _past_space(text, at)
        if text[at] == ",":
            at = _past_space(text, at + 1)
    return found


def _past_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def yaml_items(data: bytes) -> Iterator[Item]:
    """One YAML document: a list of rows, or a mapping that holds one.

    Raises:
        UnsupportedFormat: it is not.
    """
    try:
        root = _compose(_text(data, "YAML"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise UnsupportedFormat(mark.line + 1 if mark else 1, f"not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UnsupportedFormat(1, f"not YAML: {one_line(str(error))}") from error
    if isinstance(root, yaml.MappingNode):
        values = {
            key.value: _yaml_value(value) for key, value in root.value if isinstance(key, yaml.ScalarNode)
        }
        rows = key_of_rows(values)
        if rows is None and fields_of(list(values)) is None:
            _refuse_object(root.start_mark.line + 1, values, "a YAML mapping")
        root = next((value for key, value in root.value if key.value == rows), root)
    if isinstance(root, yaml.SequenceNode):
        yield from map(_yaml_item, root.value)
    elif root is not None:
        raise UnsupportedFormat(root.start_mark.line + 1, "the top of the file is not a list")


def _text(data: bytes, form: str) -> str:
    if len(data) > MAX_BYTES:
        raise UnsupportedFormat(
            1, f"a {form} list of more than {MAX_BYTES // 1_000_000} MB; use CSV or JSON Lines"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnsupportedFormat(line, f"not UTF-8 text: {error.reason}; save the list as UTF-8") from error


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
        return RawRow(line, {"question": _yaml_value(node)})
    if not isinstance(node, yaml.MappingNode):
        return BadRow(line, "neither a mapping nor a text")
    values = {key.value: _yaml_value(value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    return _item(line, values, "mapping")


def _yaml_value(node: yaml.Node) -> object:
    """Scalars as they are written (so that ``1984`` and ``no`` stay words), lists of them as lists."""
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_yaml_value(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    return node

"""Reads lists in JSON, JSON Lines and YAML: texts, or objects with a key ``question``."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import yaml

from generator.content.text import one_line
from generator.questions.columns import KnownNames, duplicate_field, kept_values
from generator.questions.lines import BadRow, Item, Line, RawRow, UnsupportedFormat

MAX_BYTES = 50_000_000
MAX_YAML_DEPTH = 8  # far below the depth at which the C composer crashes

# Names of the key that holds the rows, in exports and replies.
_DATA_KEYS = frozenset(
    ("data", "items", "rows", "list", "entries", "records", "results", "daten", "zeilen", "liste")
)

_WRITE_TEXT = "write the question as a text, or under the key 'question'"

_decode_at = json.JSONDecoder().raw_decode


def jsonl_items(lines: Iterable[Line], names: KnownNames) -> Iterator[Item]:
    """Yield the rows of JSON Lines: one JSON value on each line."""
    for line in lines:
        if line.problem:
            yield BadRow(line.number, line.problem)
        elif not line.is_skipped:
            yield _jsonl_item(line, names)


def _jsonl_item(line: Line, names: KnownNames) -> Item:
    try:
        value = json.loads(line.text)
    except json.JSONDecodeError as error:
        return BadRow(
            line.number,
            f"this line is not valid JSON: {error.msg} at column {error.colno}; correct or remove it",
        )
    except (RecursionError, ValueError) as error:
        return BadRow(line.number, f"this JSON cannot be read: {error}; write one question on this line")
    return _json_item(line.number, value, names)


def _json_item(line: int, value: Any, names: KnownNames) -> Item:
    if isinstance(value, str):
        return RawRow(line, {"question": value})
    if not isinstance(value, dict):
        return BadRow(line, f"the value is neither an object nor a text; {_WRITE_TEXT}")
    return _object_item(line, value, "object", names)


def _object_item(line: int, values: dict[str, Any], what: str, names: KnownNames) -> Item:
    fields = names.fields(list(values))
    if fields is None:
        return BadRow(
            line,
            f"the {what} has no key 'question', only {_first_keys(values)}; name the key of the question 'question'",
        )
    duplicate = duplicate_field(fields)
    if duplicate:
        return BadRow(line, f"two keys mean {duplicate!r}; rename or remove one")
    return RawRow(line, dict(zip(fields, values.values(), strict=True)), kept=kept_values(values, fields))


def json_items(data: bytes, names: KnownNames) -> Iterator[Item]:
    """Yield the rows of a JSON document: an array of rows, an object that contains one, or a single row.

    Raises:
        UnsupportedFormat: the document is none of these, or not valid.
    """
    text = _decode(data, "JSON")
    try:
        root = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnsupportedFormat(
            error.lineno,
            f"the file is not valid JSON: {error.msg} at column {error.colno}; correct this line",
        ) from error
    except (RecursionError, ValueError) as error:
        raise UnsupportedFormat(
            1, f"this JSON cannot be read: {error}; write an array of questions"
        ) from error
    start = _skip_space(text, 0)
    if isinstance(root, dict):
        key = key_of_rows(root, names)
        if key is None:
            if names.fields(list(root)) is None:
                _refuse_object(text.count("\n", 0, start) + 1, root, "JSON object")
            yield _json_item(text.count("\n", 0, start) + 1, root, names)
            return
        start = _value_position(text, start, key)
    elif not isinstance(root, list):
        raise UnsupportedFormat(1, "the file contains a single JSON value; write an array of questions")
    yield from _array_items(text, start, names)


def key_of_rows(values: Mapping[str, Any], names: KnownNames) -> str | None:
    """The key of an object's list of rows.

    This is the key with a name for questions; otherwise the key of a list of objects with a question; otherwise a key
    of ``_DATA_KEYS``. None if no key or several fit, or the object itself is a row: then its lists are tags or answers.
    """
    found = [key for key in values if names.fields([key])]
    if not found:
        lists = {key: value for key, value in values.items() if isinstance(value, list)}
        found = [key for key, value in lists.items() if _are_question_objects(value, names)]
        is_row = any(isinstance(value, str) and value.rstrip().endswith("?") for value in values.values())
        if not found and not is_row:
            found = [key for key in lists if key.casefold() in _DATA_KEYS]
    return found[0] if len(found) == 1 and isinstance(values[found[0]], list) else None


def _are_question_objects(values: Sequence[Any], names: KnownNames) -> bool:
    """Whether all items of a list are objects, and one of them has a question."""
    objects = [value for value in values if isinstance(value, Mapping)]
    return len(objects) == len(values) and any(names.fields(list(map(str, value))) for value in objects)


def _refuse_object(line: int, values: Mapping[str, Any], what: str) -> NoReturn:
    raise UnsupportedFormat(
        line,
        f"the {what} has no list of questions, only {_first_keys(values)}; name the key of the list 'questions'",
    )


def _first_keys(values: Mapping[str, Any]) -> str:
    return ", ".join(repr(one_line(str(key))[:40]) for key in list(values)[:8]) or "no key"


def _array_items(text: str, start: int, names: KnownNames) -> Iterator[Item]:
    """Yield the rows of the array at ``start``, with their lines. The text must be valid JSON."""
    line, counted = 1, 0
    at = _skip_space(text, start + 1)
    while text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        value, at = _decode_at(text, at)
        yield _json_item(line, value, names)
        at = _skip_space(text, at)
        if text[at] == ",":
            at = _skip_space(text, at + 1)


def _value_position(text: str, start: int, wanted_key: str) -> int:
    """The position of the value of a key, in the object at ``start``."""
    at, found = _skip_space(text, start + 1), start
    while text[at] != "}":
        key, at = _decode_at(text, at)
        at = _skip_space(text, _skip_space(text, at) + 1)
        if key == wanted_key:  # the last one counts, as in json.loads
            found = at
        _, at = _decode_at(text, at)
        at = _skip_space(text, at)
        if text[at] == ",":
            at = _skip_space(text, at + 1)
    return found


def _skip_space(text: str, at: int) -> int:
    """The position of the next character that is not white space."""
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def yaml_items(data: bytes, names: KnownNames) -> Iterator[Item]:
    """Yield the rows of a YAML document: a list of rows, or a mapping that contains one.

    Raises:
        UnsupportedFormat: the document is neither of these, or not valid.
    """
    try:
        root = _compose(_decode(data, "YAML"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise UnsupportedFormat(
            mark.line + 1 if mark else 1, f"the file is not valid YAML: {error.problem}; correct this line"
        ) from error
    except yaml.YAMLError as error:
        raise UnsupportedFormat(
            1, f"the file is not valid YAML: {one_line(str(error))}; correct it"
        ) from error
    if isinstance(root, yaml.MappingNode):
        values = {
            key.value: _yaml_value(value) for key, value in root.value if isinstance(key, yaml.ScalarNode)
        }
        rows = key_of_rows(values, names)
        if rows is None and names.fields(list(values)) is None:
            _refuse_object(root.start_mark.line + 1, values, "YAML mapping")
        root = next((value for key, value in root.value if key.value == rows), root)
    if isinstance(root, yaml.SequenceNode):
        for node in root.value:
            yield _yaml_item(node, names)
    elif root is not None:
        raise UnsupportedFormat(
            root.start_mark.line + 1, "the file is not a YAML list; begin each question with '- '"
        )


def _decode(data: bytes, form: str) -> str:
    if len(data) > MAX_BYTES:
        raise UnsupportedFormat(
            1, f"the {form} file is larger than {MAX_BYTES // 1_000_000} MB; use CSV or JSON Lines"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnsupportedFormat(
            line, f"the file is not UTF-8 text: {error.reason}; save the list as UTF-8"
        ) from error


def _compose(text: str) -> yaml.Node | None:
    """The root of a YAML text, which must have one document; None if it is empty.

    Depth and aliases are checked on events, before the recursive composer runs.

    Raises:
        yaml.YAMLError: the text is not valid, too deep, or has aliases.
    """
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        mark: Any = event.start_mark  # of the C loader or of the Python one
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not allowed here", problem_mark=mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_YAML_DEPTH:
                raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


def _yaml_item(node: yaml.Node, names: KnownNames) -> Item:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return RawRow(line, {"question": _yaml_value(node)})
    if not isinstance(node, yaml.MappingNode):
        return BadRow(line, f"the item is neither a mapping nor a text; {_WRITE_TEXT}")
    values = {key.value: _yaml_value(value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    return _object_item(line, values, "mapping", names)


def _yaml_value(node: yaml.Node) -> object:
    """The value of a node with scalars as written: ``1984`` and ``no`` stay texts."""
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_yaml_value(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    return node

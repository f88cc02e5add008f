"""Reads JSON with errors of form, such as trailing commas, comments, Python's literals, quotes that are not escaped.

The repairing parser guesses. What it returns counts only if the reply is its texts in their order with nothing but
syntax between them: then no text was invented, dropped, split or joined.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

_LONGEST = 60_000
_MOST_BRACKETS = 400
"""The parser takes quadratic time for texts of many characters or brackets; a longer text is not parsed."""
_QUOTES = "\"'“”‘’`"
_PIECE = re.compile(
    rf"[\s{_QUOTES},:{{}}\[\]]"
    r"|//[^\n\"]*|/\*[^\"]*?\*/|\#[^\n\"]*"
    r"|\b(?:null|None|none|undefined|true|True|false|False)\b"
)
_SEPARATOR = re.compile(rf"[,:\[{{]|[{_QUOTES}]\s*\n\s*[{_QUOTES}]")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\"} | {
    q: q for q in _QUOTES
}
_HEX = re.compile(r"u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class LenientObject:
    """An object that was read in spite of errors.

    Args:
        is_closed: whether its last bracket is there.
    """

    value: dict[str, Any]
    is_closed: bool


def lenient_objects(text: str, keys: Collection[str]) -> Iterator[LenientObject]:
    """The object that a text with errors holds: from its first key to its last bracket, or to the end of the text.

    Args:
        keys: all keys that the object and the objects in it may have. An object with another key does not count: it
            may be a text that was cut at a quote.
    """
    start = _start(text, keys)
    if start < 0 or len(text) - start > _LONGEST or text.count("{") + text.count("[") > _MOST_BRACKETS:
        return
    end = text.rfind("}")
    for part in dict.fromkeys((text[start : end + 1], text[start:].rstrip().removesuffix("```").rstrip())):
        value = _parsed(part)
        if isinstance(value, dict):
            depth = _final_depth(value, part)
            if depth is not None and _has_only_keys(value, keys) and not _holds_keys(value, keys):
                yield LenientObject(value, depth == 0)


def _start(text: str, keys: Collection[str]) -> int:
    names = "|".join(map(re.escape, keys))
    found = re.search(rf"\{{\s*(?:(?://|#)[^\n]*\s*)?[{_QUOTES}]?(?:{names})\b", text)
    return found.start() if found else -1


def _parsed(text: str) -> Any:
    from json_repair import loads  # takes 30 ms to import, and is rarely needed

    try:
        return loads(text, skip_json_loads=True)
    except Exception:  # noqa: BLE001  a parser that guesses may fail in any way, and its result is optional
        return None


def _final_depth(value: dict[str, Any], text: str) -> int | None:
    """How many brackets are open at the end; None where the text is not the value's texts with syntax between."""
    position = depth = empty = 0
    is_first = True
    for token in _tokens(value):
        if token == "":
            empty += 1
            continue
        step = _next(text, position, token)
        if step is None:
            return None
        gap = text[position : step[0]]
        if not is_first and not _SEPARATOR.search(gap):
            return None
        if _count(gap, _QUOTES) > 2 + 2 * empty:
            return None
        depth += _opened(gap)
        if depth < 1:
            return None
        position, empty, is_first = step[1], 0, False
    rest = text[position:]
    if not _is_syntax(rest) or not rest or _count(rest, _QUOTES) > 1 + 2 * empty:
        return None
    depth += _opened(rest)
    return depth if depth in (0, 1) and not rest[0].isspace() else None


def _tokens(value: Any) -> Iterator[str]:
    """The keys, texts and numbers of a value in their order."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _tokens(item)
    elif isinstance(value, list):
        for item in value:
            yield from _tokens(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _next(text: str, position: int, token: str) -> tuple[int, int] | None:
    """Where the token stands after nothing but syntax: its start and its end; None where something else comes."""
    while True:
        end = _matched(text, position, token)
        if end >= 0:
            return position, end
        piece = _PIECE.match(text, position)
        if piece is None:
            return None
        position = piece.end()


def _matched(text: str, position: int, token: str) -> int:
    """The end of the token if it stands at the position, its characters escaped or not; else -1."""
    for char in token:
        if position >= len(text):
            return -1
        if text[position] == "\\":
            size = _escape_size(text, position, char)
            if size:
                position += size
                continue
        if text[position] != char:
            return -1
        position += 1
    return position


def _escape_size(text: str, position: int, char: str) -> int:
    """The length of the escape at the position if it means ``char``, else 0."""
    following = text[position + 1 : position + 2]
    if _ESCAPES.get(following) == char:
        return 2
    found = _HEX.match(text, position + 1)
    return 6 if found and chr(int(found[1], 16)) == char else 0


def _is_syntax(text: str) -> bool:
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            return False
        position = piece.end()
    return True


def _opened(gap: str) -> int:
    """How many more brackets a piece of syntax opens than it closes."""
    bare = "".join(piece[0] for piece in _PIECE.finditer(gap) if len(piece[0]) == 1)
    return _count(bare, "{[") - _count(bare, "}]")


def _count(text: str, chars: str) -> int:
    return sum(map(text.count, chars))


def _has_only_keys(value: Any, keys: Collection[str]) -> bool:
    if isinstance(value, list):
        return all(_has_only_keys(item, keys) for item in value)
    if not isinstance(value, dict):
        return True
    return all(name in keys and _has_only_keys(item, keys) for name, item in value.items())


def _holds_keys(value: Any, keys: Collection[str]) -> bool:
    """Whether a text holds a key with its colon: two fields were joined at a missing quote."""
    pattern = re.compile(rf"[{_QUOTES}](?:{'|'.join(map(re.escape, keys))})[{_QUOTES}]?\s*:")
    return any(pattern.search(text) for text in _tokens(value))

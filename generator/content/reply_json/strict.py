"""Decodes the first JSON object of a reply as it is, or the beginning of one that ends in the middle."""

import json
import re
from collections.abc import Collection
from typing import Any, NamedTuple

from pydantic_core import from_json

from generator.content.text import one_line
from generator.errors import ReplyFormatError

_FENCE = re.compile(r"\A\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD]")

DECODER = json.JSONDecoder(strict=False)
"""Decodes JSON whose texts may contain line breaks and tabs as they are."""


class FirstObject(NamedTuple):
    """The first object of a text.

    Args:
        is_last: whether no other object can follow it.
    """

    value: dict[str, Any]
    is_last: bool


def first_object(content: str) -> FirstObject:
    """The first JSON object in a reply, also within a fence, after thinking, or between prose.

    Lone surrogates are removed: a model that is cut off within an emoji produces them, and no database stores them.

    Raises:
        ReplyFormatError: the reply has no JSON object, or the first one is broken.
    """
    text = _THINKING.sub("", content).strip()
    fenced = _FENCE.match(text)
    if fenced:
        text = fenced.group(1)
    start = text.find("{")
    if start < 0:
        raise ReplyFormatError("the reply has no JSON object", raw=content, cut=not text)
    try:
        value, end = DECODER.raw_decode(text, start)
        value = without_surrogates(value, text)
    except (
        ValueError,
        RecursionError,
    ) as error:  # not JSON, nested too deeply, or a number of too many digits
        cut = isinstance(error, json.JSONDecodeError) and _ends_open(text[start:])
        reason = (
            "the reply's JSON ends in the middle"
            if cut
            else f"the reply is not valid JSON: {one_line(str(error))}"
        )
        raise ReplyFormatError(reason, raw=content, cut=cut) from error
    if not isinstance(value, dict):
        raise ReplyFormatError("the reply is not a JSON object", raw=content)
    return FirstObject(value, text.find("{", end) < 0)


def partial_object(content: str, fields: Collection[str], *, open_text: bool) -> dict[str, Any]:
    """The fields of a JSON object that ends in the middle; empty where it is not an object or has another error.

    It is the first object of the text or, where that has none of the ``fields``, the last one that begins with one.

    Args:
        open_text: whether to include a text that itself ends in the middle.
    """
    first = _partial(content, content.find("{"), open_text=open_text)
    if not first.keys().isdisjoint(fields):
        return first
    names = "|".join(map(re.escape, fields))
    for start in reversed([found.start() for found in re.finditer(rf'\{{\s*"(?:{names})"', content)]):
        if value := _partial(content, start, open_text=open_text):
            return value
    return first


def _partial(content: str, start: int, *, open_text: bool) -> dict[str, Any]:
    try:
        value = from_json(
            content[start:] if start >= 0 else "", allow_partial="trailing-strings" if open_text else True
        )
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def without_surrogates(value: Any, text: str) -> Any:
    """The value without lone surrogates in its texts.

    Args:
        text: the JSON of the value. The value is returned as it is where this text contains no surrogates.
    """
    return _encodable(value) if _may_hold_surrogates(text) else value


def _may_hold_surrogates(text: str) -> bool:
    """Whether a JSON text contains surrogates, raw or escaped; valid pairs count too."""
    if _SURROGATE_ESCAPE.search(text):
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("", value)
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_SURROGATES.sub("", name): _encodable(item) for name, item in value.items()}
    return value


def _ends_open(text: str) -> bool:
    """Whether a bracket or a string is still open at the end, as in a reply that was cut off."""
    depth = 0
    quoted = escaped = False
    for char in text:
        if quoted:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
    return quoted or depth > 0

"""Says what a reply is that does not hold what was asked for: a table of recognisers, the first that fits counts."""

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from generator.content.reply_json.objects import objects_in
from generator.content.reply_json.repetition import repeats_to_end
from generator.content.reply_json.strict import DECODER
from generator.errors import ReplyContent, ReplyFormatError

_THINKING_ONLY = re.compile(
    r"\A\s*(?:<(think|thinking|thought|reasoning|reflection)>.*?(?:</\1>|\Z)|\[THINK\].*?(?:\[/THINK\]|\Z)"
    r"|<\|begin_of_thought\|>.*?(?:<\|end_of_thought\|>|\Z))\s*\Z",
    re.DOTALL | re.IGNORECASE,
)
_SCHEMA_KEYS = frozenset({"type", "description", "items", "enum", "properties", "$ref"})


@dataclass(frozen=True)
class _Unread:
    """A reply that could not be read.

    Args:
        error: why the first object in it could not be decoded or used.
        keys: the keys that the object should have.
    """

    text: str
    error: ReplyFormatError | None
    keys: Collection[str]

    @property
    def is_cut(self) -> bool:
        return self.error is not None and self.error.cut


def format_error(text: str, error: ReplyFormatError | None, keys: Collection[str]) -> ReplyFormatError:
    """The error that says what a reply is.

    Args:
        error: why the first object in it could not be decoded or used; None where it was decoded and is another object.
        keys: the keys that the object should have.
    """
    unread = _Unread(text, error, keys)
    content, describe = next((content, describe) for content, fits, describe in _TABLE if fits(unread))
    return ReplyFormatError(describe(unread), raw=text, cut=unread.is_cut, content=content)


def _decoded(unread: _Unread) -> object:
    try:
        return DECODER.raw_decode(unread.text.strip())[0]
    except (ValueError, RecursionError):
        return None


def _is_literal(unread: _Unread) -> bool:
    try:
        return not isinstance(json.loads(unread.text), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_schema(unread: _Unread) -> bool:
    for found in objects_in(unread.text):
        properties = found.get("properties", found)
        fields = properties.values() if isinstance(properties, dict) else ()
        schemas = [field for field in fields if isinstance(field, dict) and _SCHEMA_KEYS & field.keys()]
        if schemas and (len(schemas) == len(fields) or "properties" in found):
            return True
    return False


def _is_other_object(unread: _Unread) -> bool:
    return unread.error is None and any(True for _ in objects_in(unread.text))


def _named_keys(unread: _Unread) -> str:
    found = next(objects_in(unread.text), {})
    if not found:
        return "the reply is an empty JSON object"
    names = ", ".join(repr(name[:30]) for name in list(found)[:3])
    return f"the reply is another JSON object, with {names}, and has none of the fields that were asked for"


_TABLE: tuple[tuple[ReplyContent, Callable[[_Unread], bool], Callable[[_Unread], str]], ...] = (
    ("empty", lambda it: not it.text.strip(), lambda it: "the reply is empty"),
    (
        "thinking",
        lambda it: bool(_THINKING_ONLY.match(it.text)),
        lambda it: "the reply is thinking without an answer",
    ),
    (
        "repetition",
        lambda it: repeats_to_end(it.text),
        lambda it: "the reply repeats the same characters to its end",
    ),
    ("schema", _is_schema, lambda it: "the reply is the JSON schema itself, not what it describes"),
    ("other", _is_other_object, _named_keys),
    (
        "list",
        lambda it: isinstance(_decoded(it), list) and "{" not in it.text,
        lambda it: "the reply is a JSON list, not an object",
    ),
    ("prose", _is_literal, lambda it: f"the reply has no JSON object, only {it.text.strip()[:30]}"),
    ("prose", lambda it: "{" not in it.text, lambda it: "the reply has no JSON object, only prose"),
    ("cut", lambda it: it.is_cut, lambda it: "the reply's JSON ends in the middle"),
    ("broken", lambda it: it.error is not None, lambda it: it.error.reason if it.error else ""),
    ("broken", lambda it: True, lambda it: "the reply has no JSON object that can be read"),
)

"""Finds the error in an answer: its message, its codes, and the reason of the provider behind a gateway.

Reads the formats of OpenAI, vLLM, FastAPI, Google, Azure, AWS, Cloudflare, MiniMax and Zhipu, of gateways that put the
provider's answer into their own, plain text and HTML. An unknown object is shown as it is.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.model.reply.event_stream import chunks_of

# Where an object holds its error, as a further object, a list of them, or a text.
_INNER = ("error", "errors", "base_resp", "fault", "exception")
_MESSAGES = (
    "message",
    "detail",
    "msg",
    "status_msg",
    "error_msg",
    "error_message",
    "errormessage",
    "error_description",
    "faultstring",
    "description",
    "title",
)
_CODES = ("code", "status_code", "error_code", "errcode", "http_code")
_TYPES = ("type", "error_type", "status", "reason", "limit_type")
# Where a gateway puts what the provider said.
_REASONS = ("metadata", "raw", "details", "upstream_error", "provider_error", "cause")
_CODE_CHARS = 80
# The fields that make an object without a completion an error.
_STATEMENTS = ("errors", "detail", "msg", "message", "error_msg", "errorMessage")
_DEEPEST = 8
# A success that is longer may contain text of the model.
_ERROR_BYTES = 1000
_TAGS = re.compile(r"<!--.*?-->|<(style|script).*?</\1>|<[^>]*>", re.S | re.I)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.S | re.I)
_OBJECT = re.compile(r"[{\[].*[}\]]", re.S)


@dataclass(frozen=True)
class ErrorBody:
    """The parts of an error answer that all endpoints have in common.

    Args:
        message: for a person; the reason of the provider behind a gateway follows the gateway's own words.
        code: all codes, divided by spaces; those of MiniMax are written as ``base_resp:1002``.
        type: all types.
        param: the parameter that the error is about.
        is_json: whether the body is JSON; else it is a text or a web page.
    """

    message: str
    code: str = ""
    type: str = ""
    param: str = ""
    is_json: bool = True

    @property
    def words(self) -> str:
        """All parts in lower case, to search for words."""
        return f"{self.message} {self.code} {self.type} {self.param}".lower()

    @property
    def labels(self) -> str:
        """The codes and types in lower case."""
        return f"{self.code} {self.type}".lower()

    @property
    def status(self) -> int | None:
        """The HTTP status among the codes; None without one."""
        numbers = (int(label) for label in self.labels.split() if re.fullmatch("[45][0-9]{2}", label))
        return next(numbers, None)

    def beginning(self, chars: int) -> str:
        """As ``words``, with only the first ``chars`` characters of the message."""
        return f"{self.message[:chars]} {self.code} {self.type} {self.param}".lower()

    @classmethod
    def read(cls, body: bytes) -> "ErrorBody":
        """The error in the body of an answer with an error status. Never raises."""
        data = _parsed(body)
        if data is None:
            return cls(message=_visible_text(body.decode(errors="replace")), is_json=False)
        found = _Parts()
        found.add(data)
        return found.error(data)


def reported_error(body: bytes) -> ErrorBody | None:
    """The error that the body of an answer with a success status reports; None where it reports none."""
    data = _parsed(body)
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, dict):
        failed_chunk = next((chunk for chunk in chunks_of(body) if chunk.get("error")), None)
        return None if failed_chunk is None else ErrorBody.read(json.dumps(failed_chunk).encode())
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    in_choice = choice.get("error") if isinstance(choice, dict) else None
    if in_choice:
        return ErrorBody.read(json.dumps({"error": in_choice}).encode())
    base = data.get("base_resp")
    failed = isinstance(base, dict) and base.get("status_code") not in (None, 0, "0")
    if data.get("error") or failed:
        return ErrorBody.read(body)
    says_so = any(data.get(key) and isinstance(data[key], str | list) for key in _STATEMENTS)
    is_short = len(body) < _ERROR_BYTES and not choices
    return ErrorBody.read(body) if is_short and (says_so or data.get("success") is False) else None


@dataclass
class _Parts:
    """Collects the parts of an error from an object and those inside it."""

    messages: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    param: str = ""

    def add(self, value: Any, depth: int = 0, name: str = "") -> None:
        """Add an object, a list of them, or a text that may hold one; ``name``: the field that it stands in."""
        if depth > _DEEPEST:
            return
        if isinstance(value, list) and _has_objects(value):
            for item in value[:8]:
                self.add(item, depth + 1, name)
        elif isinstance(value, dict):
            self._add_object({str(key).lower(): inner for key, inner in value.items()}, depth, name)
        elif isinstance(value, str | list):
            self._add_text(_flat(value), depth)

    def error(self, data: Any) -> ErrorBody:
        """What was found in ``data``."""
        message = ": ".join(dict.fromkeys(self.messages)) or _flat(data)
        return ErrorBody(message, " ".join(self.codes), " ".join(self.types), self.param)

    def _add_object(self, fields: Mapping[str, Any], depth: int, name: str) -> None:
        for key in _INNER:
            if fields.get(key):
                self.add(fields[key], depth + 1, key)
        prefix = "base_resp:" if name == "base_resp" else ""
        self.codes += [f"{prefix}{code}" for code in _labels(fields, _CODES)]
        self.types += _labels(fields, _TYPES)
        inner = fields.get("innererror") or fields.get("inner_error")
        if isinstance(inner, dict):
            self.codes += _labels(inner, _CODES)
        self.param = self.param or str(fields.get("param") or "")
        stated = [fields[key] for key in _MESSAGES if fields.get(key)]
        message = next(
            (value for value in stated if not isinstance(value, dict)), stated[0] if stated else None
        )
        if isinstance(message, dict) or (isinstance(message, list) and not _is_validation(message)):
            self.add(message, depth + 1)
        elif message is not None:
            self._add_text(_flat(message), depth)
        for key in _REASONS:
            self.add(fields.get(key), depth + 1, key)

    def _add_text(self, text: str, depth: int) -> None:
        """Add a message; the JSON of another error in it is read."""
        found = _OBJECT.search(text)
        inner = _parsed(found.group().encode()) if found else None
        if found and (isinstance(inner, dict) or (isinstance(inner, list) and _has_objects(inner))):
            before, known = text[: found.start()].strip(" :-"), len(self.messages)
            self.add(inner, depth + 1)
            if len(self.messages) > known:
                self.messages[known:known] = [before] if before else []
                return
        if text.strip():
            self.messages.append(text.strip())


def _visible_text(page: str) -> str:
    """The text of a web page; its title only where the page does not repeat it."""
    title = _TITLE.search(page)
    text = _TAGS.sub(" ", _TITLE.sub(" ", page))
    return text if title is None or title.group(1).strip() in text else f"{title.group(1)}: {text}"


def _parsed(body: bytes) -> Any:
    """The value of a JSON text; None for anything else."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _labels(fields: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        value = fields.get(name)
        if (
            isinstance(value, str | int)
            and not isinstance(value, bool)
            and 0 < len(str(value)) <= _CODE_CHARS
        ):
            yield str(value)


def _has_objects(value: list[Any]) -> bool:
    return any(isinstance(item, dict) for item in value)


def _is_validation(value: list[Any]) -> bool:
    """Whether it is FastAPI's list of ``{loc, msg}``."""
    return all(isinstance(item, dict) and "msg" in item for item in value)


def _flat(value: Any) -> str:
    """A message as text. FastAPI's list of ``{loc, msg}`` becomes ``loc: msg; loc: msg``."""
    if isinstance(value, list):
        return "; ".join(_flat(item) for item in value)
    if isinstance(value, dict) and "msg" in value:
        place = value.get("loc")
        return (
            f"{'.'.join(map(str, place))}: {value['msg']}" if isinstance(place, list) else str(value["msg"])
        )
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""Reads the fields of a request's JSON body: each has its type, and each text its greatest length.

Whatever a client sends, the result is a value of the expected type or a UsageError that names the field.
"""

from typing import Any

from starlette.requests import Request

from generator.errors import UsageError

MOST_CHARS: dict[str, int] = {
    "answer": 40_000,
    "filter": 8_000,
    "introduction": 10_000,
    "body": 10_000,
    "conclusion": 10_000,
    "facts": 20_000,
    "text": 5_000,
    "comment": 4_000,
    "note": 4_000,
    "sentence": 4_000,
    "reason": 2_000,
    "description": 2_000,
    "keywords": 2_000,
    "new": 2_000,
    "question": 500,
    "heading": 500,
}
"""The most characters of a text by the name of its field, without a number at its end; 500 for other names."""
OTHER_CHARS = 500
MOST_LINES = 2_000
"""The most lines of a text: a reviewer's browser and the checks read each of them."""
MOST_NUMBER = 2**63 - 1
"""The largest number that the ledger can store, such as that of a row."""
_MOST_DIGITS = 19
MOST_ITEMS = 500
"""The most items of a list."""


async def read_body(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a request.

    Raises:
        UsageError: the body is not a JSON object.
    """
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise UsageError("The request is not JSON.") from error
    if not isinstance(body, dict):
        raise UsageError("The request is not a JSON object.")
    return body


def text_of(body: dict[str, Any], name: str, *, default: str | None = None) -> str:
    """A text.

    Args:
        default: the text where the field is missing; None where it must be there.
    """
    value = body.get(name, default)
    if value is None:
        raise UsageError(f"{name} is missing")
    return checked_text(value, name)


def optional_text_in(body: dict[str, Any], name: str) -> str | None:
    """As :func:`text_of`; None where the field is missing, null or empty."""
    return None if body.get(name) is None else text_of(body, name) or None


def number_in(body: dict[str, Any], name: str) -> int:
    """A whole number that the ledger can store."""
    if name not in body:
        raise UsageError(f"{name} is missing")
    return _number(body[name], name)


def form_number_in(body: dict[str, Any], name: str) -> int:
    """As :func:`number_in`, also as the text that a field of a form is."""
    value = body.get(name)
    is_text = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < _MOST_DIGITS
    return _number(int(value), name) if value is not None and is_text else number_in(body, name)


def optional_number_in(body: dict[str, Any], name: str) -> int | None:
    """As :func:`number_in`; None where the field is missing or null."""
    return None if body.get(name) is None else number_in(body, name)


def flag_in(body: dict[str, Any], name: str) -> bool:
    """A boolean; False where the field is missing."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise UsageError(f"{name} has the wrong type")
    return value


def numbers_in(body: dict[str, Any], name: str) -> list[int]:
    """A list of whole numbers."""
    return [_number(item, name) for item in _items(body, name)]


def locks_in(body: dict[str, Any], name: str) -> dict[int, int]:
    """The rows that a page showed, as a list of pairs of numbers: the lock of each row by its number."""
    pairs = _items(body, name)
    if not all(map(_is_pair, pairs)):
        raise UsageError(f"{name} has the wrong type")
    return dict(pairs)


def texts_in(body: dict[str, Any], name: str) -> list[str]:
    """A list of texts; one text counts as a list of one, a missing field as an empty list."""
    if name not in body:
        return []
    if isinstance(body[name], str):
        return [checked_text(body[name], name)]
    return [checked_text(item, name) for item in _items(body, name)]


def objects_in(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of JSON objects."""
    items = _items(body, name)
    if not all(isinstance(item, dict) for item in items):
        raise UsageError(f"{name} has the wrong type")
    return items


def checked_text(value: object, name: str) -> str:
    """A value as the text of a field.

    Raises:
        UsageError: it is no text, it is too long, or it has characters that no file can store.
    """
    if not isinstance(value, str):
        raise UsageError(f"{name} has the wrong type")
    most = MOST_CHARS.get(name.rstrip("0123456789"), OTHER_CHARS)
    if len(value) > most:
        raise UsageError(f"{name} has {len(value):,} characters; at most {most:,} are possible")
    if value.count("\n") + value.count("\r") > MOST_LINES:
        raise UsageError(f"{name} has too many lines; at most {MOST_LINES:,} are possible")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{name} has characters that are not valid") from error
    return value


def _items(body: dict[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if value is None:
        raise UsageError(f"{name} is missing")
    if not isinstance(value, list):
        raise UsageError(f"{name} has the wrong type")
    if len(value) > MOST_ITEMS:
        raise UsageError(f"{name} has {len(value):,} items; at most {MOST_ITEMS} are possible")
    return value


def _is_pair(value: object) -> bool:
    """Whether a value is a list of two numbers of the ledger."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(part) is int and 0 <= part <= MOST_NUMBER for part in value)
    )


def _number(value: object, name: str) -> int:
    if type(value) is not int:
        raise UsageError(f"{name} is not a number")
    if abs(value) > MOST_NUMBER:
        raise UsageError(f"{name} is too large or too small")
    return value

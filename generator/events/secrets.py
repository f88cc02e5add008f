"""The keys and passwords of this process, and how they are removed from texts that others may read.

The known ones belong to the process, because an event of any part of the program may quote any of them.
"""

import re
from typing import TypeVar, cast
from urllib.parse import parse_qsl, unquote, urlsplit

Value = TypeVar("Value")

REMOVED = "[key]"
_LONG_CHARS = 8
_LOOKS_LIKE_KEY = re.compile(r"\bsk-[\w*-]{6,}|(?<=Bearer )[^\s\"',;]+|(?<=[?&]token=)[^\s&\"']+")
# The longest first, because one secret may be a part of another. Replaced as a whole, because threads read it.
_known: tuple[str, ...] = ()


def register_secrets(*secrets: str | None) -> None:
    """Have these keys and passwords removed from all events of this process; None and empty ones are ignored."""
    global _known
    _known = tuple(sorted({*_known, *filter(None, secrets)}, key=len, reverse=True))


def secrets_of_url(url: str | None) -> set[str]:
    """What may be secret in an address: the user, the password, and the values of its query, as written and decoded."""
    if not url:
        return set()
    try:
        parts = urlsplit(url)
    except ValueError:
        return {url}
    values = {part.partition("=")[2] for part in parts.query.split("&")}
    values |= {value for _, value in parse_qsl(parts.query)}
    for part in (parts.username, parts.password):
        values |= {part, unquote(part)} if part else set()
    return values - {""}


def remove_secret(text: str, secret: str) -> str:
    """A text without a secret. A short one, such as ``x``, is often a placeholder: it is removed as a whole word only."""
    if len(secret) >= _LONG_CHARS:
        return text.replace(secret, REMOVED)
    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", REMOVED, text) if secret else text


def remove_keys(text: str) -> str:
    """A text without anything that looks like a key or a token."""
    return _LOOKS_LIKE_KEY.sub(REMOVED, text)


def without_known_secrets(value: Value) -> Value:
    """A value without the registered secrets and what looks like a key, in all texts inside of it."""
    return cast("Value", _cleaned(value))


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        for secret in _known:
            value = remove_secret(value, secret)
        return remove_keys(value)
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value

"""Gives the keys and lists of a decoded reply the form of the schema, where only one form can be meant."""

import re
from collections import Counter
from collections.abc import Collection
from typing import Any

_NUMBERED = re.compile(r"\D*(\d{1,4})\D*")


def with_known_keys(value: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The object with keys like ``Page Description`` or ``pageDescription`` spelled as the known key.

    A key is left as it is where the known key is present too, or where two keys could be the same known one.
    """
    names = {_bare(name): name for name in known}
    meant = {name: names.get(_bare(name), name) for name in value}
    counts = Counter(meant.values())
    return {name if counts[meant[name]] > 1 else meant[name]: item for name, item in value.items()}


def as_list(value: Any, item_keys: Collection[str]) -> Any:
    """A list that was written as an object with numbered keys, or as a list of objects with one key each.

    Args:
        item_keys: the keys of an item; an object that has one of them is itself an item.

    Returns:
        The items in the order of their numbers; a value of another form as it is.
    """
    if isinstance(value, dict) and value and not _has_any(value, item_keys):
        numbers = {name: number_of(name) for name in value}
        if None not in numbers.values() and len(set(numbers.values())) == len(numbers):
            return [
                _numbered(value[name], numbers[name]) for name in sorted(value, key=lambda n: numbers[n] or 0)
            ]
        if len(value) == 1 and isinstance(only := next(iter(value.values())), list):
            return as_list(only, item_keys)
    if isinstance(value, list):
        return [_item(item, item_keys) for item in value]
    return value


def number_of(text: str) -> int | None:
    """The one number in a text such as ``3``, ``#3`` or ``point_3``; None without one."""
    found = _NUMBERED.fullmatch(text)
    return int(found[1]) if found else None


def _item(value: Any, item_keys: Collection[str]) -> Any:
    if not isinstance(value, dict) or len(value) != 1 or _has_any(value, item_keys):
        return value
    ((name, only),) = value.items()
    return _numbered(only, number_of(name))


def _numbered(item: Any, number: int | None) -> Any:
    """The item, with its number where it is an object that has none."""
    if not isinstance(item, dict) or number is None or _has_any(item, ("number",)):
        return item
    return {"number": number, **item}


def _has_any(value: dict[str, Any], keys: Collection[str]) -> bool:
    bare = {_bare(name) for name in keys}
    return any(_bare(name) in bare for name in value)


def _bare(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())

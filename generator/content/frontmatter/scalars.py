"""Writes YAML scalars that YAML 1.1 and 1.2 readers (PyYAML, js-yaml) read back equal.

Each function writes one form of scalar and returns None for a text that this form cannot hold. The rules are tested
with PyYAML (C and Python) and with js-yaml 3 and 4.
"""

import re
from decimal import Decimal

# The characters that some reader rejects or reads as a line break, anywhere in a line.
_UNREADABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_UNREADABLE_IN_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

# Plain texts that one of the readers reads as null, boolean, number, date, merge key or value key.
_TYPED = re.compile(
    r"null|true|false|yes|no|on|off|y|n|~|=|<<|[-+]?\.(?:inf|nan)|[-+.]?[0-9][-+0-9a-foxtz_.: ]*",
    re.IGNORECASE,
)
# Most texts: they contain no character that has a meaning in YAML.
_WORDS = re.compile(r"[A-Za-z/](?:[\w /|.-]*[\w/.])?", re.ASCII)
_PLAIN = re.compile(r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|[-?:](?=[^\s,\[\]{}]))(?:.*\S)?")
_NOT_PLAIN = re.compile(r":(?:\s|$)|\s#|\t|\ufeff")
_FLOW_SIGN = re.compile(r"[,\[\]{}:]")

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_ESCAPED = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')


def unreadable(text: str) -> int | None:
    """The offset of the first character that is not allowed on one line of YAML; None without one."""
    match = None if text.isprintable() else _UNREADABLE.search(text)
    return match.start() if match else None


def unreadable_in_lines(text: str) -> int | None:
    """The offset of the first character that is not allowed in YAML with line breaks; None without one."""
    match = _UNREADABLE_IN_LINES.search(text.replace("\r\n", " \n"))
    return match.start() if match else None


def folded(text: str) -> str | None:
    """The line below ``>-``, without its indentation."""
    return None if text.startswith((" ", "\t")) or unreadable(text) is not None else text


def literal(text: str) -> list[str] | None:
    """The lines below ``|-``, without their indentation."""
    if text.startswith((" ", "\t", "\n")) or text.endswith("\n") or _UNREADABLE_IN_LINES.search(text):
        return None
    return text.split("\n")


def plain(text: str, *, flow: bool = False) -> str | None:
    """The text itself, if every reader reads it as a string.

    Args:
        flow: whether the scalar is inside ``[]`` or ``{}``.
    """
    if not _WORDS.fullmatch(text) and (
        not _PLAIN.fullmatch(text) or _NOT_PLAIN.search(text) or unreadable(text) is not None
    ):
        return None
    if _TYPED.fullmatch(text) or flow and _FLOW_SIGN.search(text):
        return None
    return text


def single_quoted(text: str) -> str | None:
    """The text in ``'``."""
    return None if unreadable(text) is not None else "'" + text.replace("'", "''") + "'"


def double_quoted(text: str) -> str | None:
    """The text in ``\"``; None only for a text with lone surrogates."""
    if _SURROGATE.search(text):
        return None
    return '"' + _ESCAPED.sub(lambda match: _ESCAPES.get(match[0], f"\\u{ord(match[0]):04X}"), text) + '"'


def number(value: float) -> str:
    """A float with a decimal point and without exponent, because some readers would read a text or an integer."""
    written = format(Decimal(repr(value)), "f")
    return written if "." in written else f"{written}.0"

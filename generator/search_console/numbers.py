"""Reads the numbers of exports, as programs and spreadsheets of many countries write them."""

import re
import unicodedata

_PERCENT = "%\u066a"
_MARKS = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u066b": ".", "\u066c": ",", "\u2212": "-"})
_GROUPED = re.compile(
    r"\d{1,3}([.,' ])\d{3}(?:\1\d{3})*"  # 1,234,567 and 1.234.567
    r"|\d{1,2}(?:,\d{2})+,\d{3}"  # 12,34,567, as in India
)
_WHOLE = re.compile(r"\d+")
_ZERO_DECIMALS = re.compile(r"[.,]0{1,2}")
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_NOT_AVAILABLE = frozenset({"", "-", "\u2013", "\u2014", "~", "null", "none", "nan", "n/a"})
"""Google writes ``~`` where a value is not available and ``-`` where there is no number."""


def is_not_available(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return _plain(text).casefold() in _NOT_AVAILABLE


def whole_number(text: str) -> int | None:
    """The whole number in a cell of clicks or impressions; 0 where it says that there is none, None for anything else."""
    if is_not_available(text):
        return 0
    text = _plain(text)
    if _EXPONENT.fullmatch(text):
        value = float(text.replace(",", "."))
        return int(value) if value.is_integer() else None
    digits = text
    if (decimals := _ZERO_DECIMALS.search(text)) and decimals.end() == len(text):
        digits = text[: decimals.start()]
    if _GROUPED.fullmatch(digits):
        return int(re.sub(r"\D", "", digits))
    return int(digits) if _WHOLE.fullmatch(digits) else None


def decimal_number(text: str) -> float | None:
    """The number in a cell of positions; None where there is none.

    A comma or a full stop that occurs once is the decimal sign; of the two together, the last one is.
    """
    text = _plain(text).replace("'", "").replace(" ", "")
    signs = [char for char in text if char in ".,"]
    if signs:
        decimal = signs[-1] if len(set(signs)) == 2 or len(signs) == 1 else ""
        text = "".join(char for char in text if char not in ".," or char == decimal).replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def rate(text: str) -> float | None:
    """The share in a cell of click rates, 0 to 1, from ``12.5 %``, ``%12,5`` or ``0.125``; None where there is none."""
    plain = _plain(text).lstrip("<~").strip()
    has_percent = not set(plain).isdisjoint(_PERCENT)
    value = decimal_number(plain.strip(f"{_PERCENT} "))
    if value is None:
        return None
    return value / 100 if has_percent or value > 1 else value


def _plain(text: str) -> str:
    """The text with the digits, spaces and marks of ASCII."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_MARKS)
        text = "".join(
            str(unicodedata.decimal(char, char)) for char in text if unicodedata.category(char) != "Cf"
        )
    return " ".join(text.split())

"""Reads numbers in English text: digits, scales such as million, and number words; and the units after them."""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from generator.content.claims.text import plain
from generator.content.language.stems import stem, word_set

_ONES = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
NUMBER_WORDS = word_set(" ".join((*_ONES, *_TENS, *_SCALES)))

_WORD = "|".join(sorted({*_ONES, *_TENS}, key=len, reverse=True))
_SCALE = "|".join(_SCALES)
_SPELLED = rf"(?:{_WORD})(?:[- ](?:{_WORD}))?"
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
NUMBER = rf"(?:(?:{DIGITS})(?:[ \u00a0-]?(?:{_SCALE})\b)?|\b{_SPELLED}(?:[ -](?:{_SCALE}))*\b)"
"""A pattern for a number: ``1,200``, ``3.5 million``, ``twenty-one``. To be compiled with IGNORECASE."""
_NUMBER = re.compile(
    rf"(?<![\w.])-?(?P<digits>{DIGITS})(?:[ -]?(?P<scale>{_SCALE})\b)?"
    rf"|\b(?P<spelled>{_SPELLED})(?P<scales>(?:[ -](?:{_SCALE}))*)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(r"[ -]?([%°$£€µμ]?[A-Za-z]*(?:/[A-Za-z]+)?)")
_CURRENCY = re.compile(r"[$£€]\s*\Z")
_NO_UNIT = word_set(
    "and or to of in on at by for from with as is are was were be been that which who when while but the a an than"
    " it its then after before more less per about"
)
_SPELLED_UNITS = {
    "%": "percent", "km": "kilometre kilometer", "m": "metre meter", "cm": "centimetre centimeter",
    "mm": "millimetre millimeter", "kg": "kilogram", "g": "gram", "mg": "milligram", "l": "litre liter",
    "ml": "millilitre milliliter", "s": "second", "min": "minute", "h": "hour", "$": "dollar", "€": "euro", "£": "pound",
}  # fmt: skip
_MEASURES = word_set(
    "degree °c °f celsius fahrenheit k kelvin j joule kj kcal calorie w watt kw kwh v volt a ampere n newton pa pascal kpa"
    " bar atm mol mole hz hertz khz mhz ghz byte kb mb gb tb bit db decibel μm µm nm pm ms μs µs ns in inch ft foot feet yd"
    " yard mi mile lb oz ounce ton tonne acre ha hectare gal gallon mmhg mol/l g/cm km/h m/s mg/kg day week month year"
    " decade century million billion ‰ € cent ev mev ph iu u"
)
_SAME_UNIT = {stem(word): sign for sign, spelled in _SPELLED_UNITS.items() for word in spelled.split()}
_MEASURING = frozenset(_SPELLED_UNITS) | _MEASURES | {stem(word) for word in _MEASURES}


class Quantity(NamedTuple):
    """A number with the stem of the word or sign after it; ``unit`` is empty where there is none."""

    value: Decimal
    unit: str


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text in order, each with its unit."""
    text = plain(text)
    found = []
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if value is not None:
            found.append(Quantity(value, _unit(text, match)))
    return found


def is_measure(unit: str) -> bool:
    """Whether the unit of a :class:`Quantity` measures something, such as ``km`` or ``year``; other words are counted."""
    return unit in _MEASURING


def without_quantities(text: str) -> str:
    """The text, as :func:`plain` makes it, with spaces in the place of its numbers and their units."""
    text = plain(text)
    parts: list[str] = []
    end = 0
    for match in _NUMBER.finditer(text):
        unit = _UNIT.match(text, match.end()) if _unit(text, match) else None
        parts += text[end : match.start()], " "
        end = unit.end() if unit else match.end()
    return "".join((*parts, text[end:]))


def _value(match: re.Match[str]) -> Decimal | None:
    if match["digits"]:
        try:
            number = Decimal(match["digits"].replace(",", ""))
        except InvalidOperation:
            return None
        return (number * _SCALES.get((match["scale"] or "").lower(), 1)).normalize()
    total = sum(_ONES.get(word, _TENS.get(word, 0)) for word in re.split(r"[- ]", match["spelled"].lower()))
    for scale in re.split(r"[- ]", (match["scales"] or "").strip(" -").lower()):
        total *= _SCALES.get(scale, 1)
    return Decimal(total).normalize()


def _unit(text: str, match: re.Match[str]) -> str:
    before = _CURRENCY.search(text, max(0, match.start() - 2), match.start())
    if before:
        return before.group().strip()
    after = _UNIT.match(text, match.end())
    word = after[1] if after else ""
    if not word or word.lower() in _NO_UNIT or word.istitle() and len(word) > 3:
        return ""  # a name is no unit: "In 1803 France sold"
    return unit_of(word)


def unit_of(word: str) -> str:
    """The unit that a word names: its sign where it has one, else the stem of the word."""
    short = stem(word.lower())
    return _SAME_UNIT.get(short, short)

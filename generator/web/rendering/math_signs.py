"""Gives the signs and letters of a formula the kind that they have on the site: operators have spaces, others none.

The converter writes many operators as letters, without spaces, and some letters and marks as operators. Browsers decide
by its elements, and by the place of a minus in its row.
"""

import unicodedata
from itertools import pairwise
from xml.etree.ElementTree import Element

_UPRIGHT_LETTERS = frozenset("ΓΔΘΛΞΠΣΥΦΨΩϝϰð")
_MARKS = frozenset("./|‖∞∅∠∡∢∂∇∀∃∄∁√⊤⊥§∎¬♯℘⅁◻⧫")
_OPERATORS = frozenset(":;·•†‡◯▽◁▷◀▶⌆⌢⌣⤳")
_DOTS = frozenset("…⋮⋯⋱")
_SIGNS = frozenset("+-−±∓")
_BRACKETS = {"Ps": "prefix", "Pe": "postfix"}


def set_signs(math: Element) -> None:
    """Corrects the elements of a formula, in place."""
    for element in math.iter():
        _set_kind(element)
    for row in math.iter():
        for before, sign in pairwise(row):
            if sign.tag == "mo" and sign.text in _SIGNS and _expects_operand(before):
                sign.set("form", "prefix")


def _set_kind(element: Element) -> None:
    text = element.text or ""
    if element.tag not in {"mi", "mo"} or len(text) != 1:
        return
    if text in _MARKS and set(element.attrib.values()) <= {"false"}:  # a bracket that grows stays one
        element.tag = "mi"
        element.attrib.clear()
        element.set("mathvariant", "normal")
    elif text in _UPRIGHT_LETTERS and not element.attrib:
        element.set("mathvariant", "normal")
    elif element.tag == "mi" and not element.attrib:
        _set_operator(element, text)


def _set_operator(element: Element, text: str) -> None:
    """Makes operators and brackets of what the converter writes as a letter."""
    category = unicodedata.category(text)
    if category in _BRACKETS:
        element.tag = "mo"
        element.attrib.update(stretchy="false", form=_BRACKETS[category])
    elif text in _OPERATORS or (category == "Sm" and text not in _DOTS):
        element.tag = "mo"


def _expects_operand(before: Element) -> bool:
    """Whether a sign behind this element belongs to what follows, as the minus in ``x = -1`` does."""
    text = before.text or ""
    if before.tag != "mo" or before.get("form") == "postfix" or len(text) != 1:
        return False
    return unicodedata.category(text) != "Pe" and text not in "!′%"

"""Corrects the converter's MathML for browsers, which know MathML Core: limits, brackets, boxes, strokes, rules of arrays.

Where MathML Core has no element for it, a class or a ``menclose`` lets the stylesheet draw it.
"""

import re
import unicodedata
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from generator.content.katex.commands import names
from generator.web.rendering.math_signs import set_signs

_NAMESPACE = re.compile(r' xmlns="[^"]*"')
_ROW_GAP = re.compile(r"\\\\\*?\s*\[\s*-?[\d.]+\s*[a-z]{2}\s*\]")
_PLAIN_ENVIRONMENTS = (
    (re.compile(r"\\(begin|end)\{dcases\}"), r"\\\1{cases}"),
    (re.compile(r"\\(begin|end)\{([bBpvV]?matrix)\*\}(?:\s*\[[lcr]\])?"), r"\\\1{\2}"),
)
_UPRIGHT_LETTER = re.compile(r"\\mathrm\s*\{\s*([A-Za-z])\s*\}")
_ARRAY = re.compile(r"\\begin\{array\}\s*\{([^{}]*)\}((?:(?!\\begin).)*?)\\end\{array\}", re.DOTALL)

_FUNCTIONS = names(
    "arccos arcsin arctan arg cos cosh cot coth csc ctg cth deg dim exp hom ker lg ln log sec sin sinh sh tan tanh tg th"
    " det gcd inf lim max min Pr sup"
)
_THIN = "0.1667em"
_LETTER_NAMES = {
    "bold": ("MATHEMATICAL BOLD",),
    "bold-italic": ("MATHEMATICAL BOLD ITALIC",),
    "script": ("MATHEMATICAL SCRIPT", "SCRIPT"),
    "double-struck": ("MATHEMATICAL DOUBLE-STRUCK", "DOUBLE-STRUCK"),
    "fraktur": ("MATHEMATICAL FRAKTUR", "BLACK-LETTER"),
    "sans-serif": ("MATHEMATICAL SANS-SERIF",),
    "bold-sans-serif": ("MATHEMATICAL SANS-SERIF BOLD",),
    "monospace": ("MATHEMATICAL MONOSPACE",),
}
_LIMIT_OPERATORS = frozenset("∑∏∐⋃⋂⨄⨆⋁⋀⨀⨁⨂")
_LIMIT_NAMES = frozenset({"lim", "max", "min", "sup", "inf"})
_UNDER_OVER = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_SCRIPTS = frozenset({*_UNDER_OVER, *_UNDER_OVER.values()})
_SPACED = frozenset({"mo", "mspace", "mpadded"})
_WIDE_ACCENTS = {"^": "\u02c6", "~": "\u02dc"}
_ARROW_SPACE = "0.5em"
_VECTOR = "→"
_LINE = "―"
_STROKE = "⧸"
_NEGATED = {"=": "≠", "∈": "∉", "<": "≮", ">": "≯", "≤": "≰", "≥": "≱", "≡": "≢", "∼": "≁", "≈": "≉", "⊂": "⊄", "⊆": "⊈", "∃": "∄", "∣": "∤", "∥": "∦", "∋": "∌"}  # fmt: skip
_OPENING, _CLOSING = frozenset("([{|‖⟨"), frozenset(")]}|‖⟩")


def for_converter(tex: str) -> str:
    """The formula in commands that the converter reads right: it shows the lengths after ``\\\\`` as text."""
    for pattern, plain in _PLAIN_ENVIRONMENTS:
        tex = pattern.sub(plain, tex)
    return _UPRIGHT_LETTER.sub(r"\\text{\1}", _ROW_GAP.sub(r"\\\\ ", tex))


def for_browsers(markup: str, tex: str) -> str:
    """The converter's MathML of a formula with the layout that the site gives it, as far as browsers can draw it."""
    try:
        math = ElementTree.fromstring(_NAMESPACE.sub("", markup))
    except ElementTree.ParseError:
        return markup
    is_inline = math.get("display") != "block"
    for element in list(math.iter()):
        _place_limits(element, is_inline)
        _draw_lines(element)
        _negate(element)
        _stretch_brackets(element)
        _unwrap_operator(element)
        _stretch_over(element)
        _choose_letters(element)
        _space_functions(element)
    set_signs(math)
    _rule_arrays(math, tex)
    return ElementTree.tostring(math, encoding="unicode")


def _is_limit_operator(base: Element) -> bool:
    text = base.text or ""
    return base.tag in {"mo", "mi"} and (
        text in _LIMIT_OPERATORS or text in _LIMIT_NAMES or base.get("movablelimits") == "true"
    )


def _place_limits(element: Element, is_inline: bool) -> None:
    """Puts limits below and above in display style, and beside the operator in a line, unless ``\\limits`` asks for it."""
    if not len(element):
        return
    base = element[0]
    if element.tag in _UNDER_OVER and _is_limit_operator(base):
        element.tag = _UNDER_OVER[element.tag]
        base.tag = "mo"
        base.set("movablelimits", "true")
    elif is_inline and element.tag in _UNDER_OVER.values() and base.tag == "mo" and _is_limit_operator(base):
        base.set("movablelimits", "false")


def _draw_lines(element: Element) -> None:
    """Makes lines over and under a text borders of a box: they need no font that can stretch."""
    if element.tag in {"mover", "munder"} and len(element) == 2 and element[1].text == _LINE:
        element.set("notation", "top" if element.tag == "mover" else "bottom")
        element.tag = "menclose"
        element.remove(element[1])


def _negate(element: Element) -> None:
    """Makes one character of a stroke that the converter puts before an operator."""
    children = list(element)
    for stroke, operator in zip(children, children[1:], strict=False):
        if stroke.tag == "mpadded" and len(stroke) and stroke[0].text == _STROKE and operator.text:
            operator.text = _NEGATED.get(operator.text, f"{operator.text}\u0338")
            element.remove(stroke)


def _stretch_brackets(element: Element) -> None:
    """Has brackets around a table grow with it, and with nothing else in its row."""
    children = list(element)
    for before, table, after in zip(children, children[1:], children[2:], strict=False):
        if table.tag == "mtable" and before.text in _OPENING and after.text in _CLOSING:
            before.attrib.update(stretchy="true", fence="true", form="prefix")
            after.attrib.update(stretchy="true", fence="true", form="postfix")
            group = Element("mrow")
            element.insert(children.index(before), group)
            for part in (before, table, after):
                element.remove(part)
                group.append(part)
            children = list(element)


def _unwrap_operator(element: Element) -> None:
    """Makes a group of an operator with elements in it, which a browser would not show."""
    if element.tag == "mo" and len(element):
        element.tag = "mrow"


def _stretch_over(element: Element) -> None:
    """Has arrows grow with the text above or below them, and wide accents with the text below them."""
    if element.tag not in _UNDER_OVER.values() or len(element) < 2:
        return
    arrow = element[0][0] if element[0].tag == "mstyle" and len(element[0]) else element[0]
    for part in element[1:]:
        if part.tag == "mpadded" and part.get("width", "").startswith("+"):
            arrow.set("stretchy", "true")
            part.tag = "mrow"
            part.attrib.clear()
            part.insert(0, Element("mspace", width=_ARROW_SPACE))
            part.append(Element("mspace", width=_ARROW_SPACE))
    mark = element[-1]
    if (
        mark.text == _VECTOR and mark.get("stretchy") == "true"
    ):  # only that of \\vec; others grow without being asked to
        mark.set("stretchy", "false")
        element.set("accent", "true")
    if element.get("accent") != "true" and mark.tag == "mo" and mark.text in _WIDE_ACCENTS:
        mark.text = _WIDE_ACCENTS[mark.text]
        mark.set("stretchy", "true")


def _choose_letters(element: Element) -> None:
    """Writes bold, script and similar letters as characters of their own: browsers know only the upright variant."""
    alphabets = _LETTER_NAMES.get(element.get("mathvariant", ""))
    if alphabets and element.tag in {"mi", "mn"} and element.text:
        element.text = "".join(_letter(character, alphabets) for character in element.text)
        del element.attrib["mathvariant"]


def _letter(character: str, alphabets: tuple[str, ...]) -> str:
    name = unicodedata.name(character, "").replace("LATIN ", "").replace("GREEK ", "").replace("LETTER ", "")
    for alphabet in alphabets:
        try:
            return unicodedata.lookup(f"{alphabet} {name}")
        except KeyError:
            continue
    return character


def _space_functions(row: Element) -> None:
    """Separates the names of functions from what stands beside them, as in ``2 sin x``, but not in ``sin(x)``."""
    children = list(row)
    if row.tag in _SCRIPTS:
        return
    for position, child in enumerate(children):
        core = child[0] if len(child) and child.tag in _SCRIPTS else child
        name = (core.text or "").removeprefix("\\")
        if core.tag not in {"mi", "mo"} or name not in _FUNCTIONS:
            continue
        before, after = children[:position][-1:], children[position + 1 :][:1]
        core.tag, core.text = "mo", name
        core.set("lspace", _THIN if before and before[0].tag not in _SPACED else "0")
        core.set("rspace", _THIN if after and after[0].tag not in _SPACED else "0")


def _rule_arrays(math: Element, tex: str) -> None:
    """Gives the cells of arrays classes for the rules that the TeX asks for."""
    tables = [table for table in math.iter("mtable") if table.get("columnlines") or table.get("rowlines")]
    arrays = [match.groups() for match in _ARRAY.finditer(tex) if _has_rules(*match.groups())]
    if len(tables) != len(arrays):
        return
    for table, (columns, body) in zip(tables, arrays, strict=True):
        left = _ruled_columns(columns)
        top = [row.lstrip().startswith(r"\hline") for row in re.split(r"\\\\", body)]
        rows = list(table.iter("mtr"))
        for number, row in enumerate(rows):
            cells = list(row.iter("mtd"))
            for column, cell in enumerate(cells):
                cell.set("class", " ".join(_rules(left, top, number, column, len(rows), len(cells))))


def _has_rules(columns: str, body: str) -> bool:
    return "|" in columns or ":" in columns or r"\hline" in body


def _ruled_columns(columns: str) -> set[int]:
    """The numbers of the columns with a rule before them; the number after the last one stands for its end."""
    ruled, number = set[int](), 0
    for character in columns:
        if character in "|:":
            ruled.add(number)
        elif character in "lcr":
            number += 1
    return ruled


def _rules(left: set[int], top: list[bool], row: int, column: int, rows: int, columns: int) -> Iterator[str]:
    if column in left:
        yield "rule-left"
    if column == columns - 1 and column + 1 in left:
        yield "rule-right"
    if row < len(top) and top[row]:
        yield "rule-top"
    if row == rows - 1 and row + 1 < len(top) and top[row + 1]:
        yield "rule-bottom"

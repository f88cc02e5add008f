"""Parses the inside of KaTeX's environments, from ``matrix`` to ``CD``: rows, columns and lines."""

import re
from typing import TYPE_CHECKING

from generator.content.katex import commands
from generator.content.katex.lexer import TexError
from generator.content.katex.nodes import Node

if TYPE_CHECKING:
    from generator.content.katex.parser import Parser

_DISPLAY_ONLY = commands.names("align align* alignat alignat* gather gather* equation equation* split CD")
_ALIGNED = commands.names("align align* aligned split alignat alignat* alignedat")
_TAGGED = commands.names("align align* alignat alignat* gather gather* equation equation*")
_OWN_STRETCH = commands.names("smallmatrix subarray cases dcases rcases drcases")


def parse(parser: "Parser", name: str, argument: Node | None) -> None:
    """Parses the inside of ``\\begin{name}`` up to its ``\\end``.

    Raises:
        TexError: the environment is not allowed here, or its content is wrong.
    """
    if name in _DISPLAY_ONLY and not parser.display:
        raise TexError(f"{{{name}}} works only in display math")
    if name == "CD":
        _commutative_diagram(parser)
        return
    if name in {"array", "darray", "subarray"}:
        _check_columns(name, argument)
    elif name.endswith("matrix*"):
        _matrix_alignment(parser)
    max_cells = {"split": 2, "equation": 1, "equation*": 1}.get(name)
    widths = _rows(parser, name, max_cells)
    if name == "subarray" and widths and widths[0] > 1:
        raise TexError("{subarray} can contain only one column")
    if name in _ALIGNED and argument is not None:
        _check_pairs(argument, widths)


def _rows(parser: "Parser", name: str, max_cells: int | None) -> list[int]:
    """Parses the rows and returns the number of cells in each."""
    single = name in {"equation", "equation*"}
    macros = parser.gullet.macros
    macros.begin()
    if not single:
        macros.set("\\cr", "\\\\\\relax")
    if name not in _OWN_STRETCH:
        _check_stretch(parser)
    macros.begin()
    numbered = name in _TAGGED and not name.endswith("*")
    if numbered:
        macros.set("\\@eqnsw", "1", everywhere=True)
    _horizontal_lines(parser)
    widths = [0]
    while True:
        cell = parser.expression(until="\\end" if single else "\\\\")
        macros.end()
        macros.begin()
        widths[-1] += 1
        token = parser.fetch()
        if token == "&":
            if widths[-1] == max_cells:
                raise TexError("too many &")
            parser.consume()
        elif token == "\\end":
            _end_row(parser, name)
            if widths[-1] == 1 and not cell and len(widths) > 1:
                widths.pop()
            break
        elif token == "\\\\":
            parser.consume()
            if parser.gullet.future() != " ":
                parser.size(optional=True)
            _end_row(parser, name)
            _horizontal_lines(parser)
            widths.append(0)
            if numbered:
                macros.set("\\@eqnsw", "1", everywhere=True)
        else:
            found = token if token != "EOF" else "the end"
            raise TexError(f"&, \\\\ or \\end is expected, not {found}")
    macros.end()
    macros.end()
    return widths


def _end_row(parser: "Parser", name: str) -> None:
    if name in _TAGGED and parser.gullet.macros.get("\\df@tag"):
        parser.subparse(["\\df@tag"])
        parser.gullet.macros.set("\\df@tag", None, everywhere=True)


def _horizontal_lines(parser: "Parser") -> None:
    parser.skip_spaces()
    if parser.fetch() == "\\relax":
        parser.consume()
        parser.skip_spaces()
    while parser.fetch() in {"\\hline", "\\hdashline"}:
        parser.consume()
        parser.skip_spaces()


def _check_stretch(parser: "Parser") -> None:
    if not parser.gullet.macros.has("\\arraystretch"):
        return
    stretch = "".join(parser.gullet.expand_all(["\\arraystretch"]))
    number = re.match(r"\s*\+?(?=[0-9.]*[1-9])(?:\d+\.?\d*|\.\d+)", stretch)
    if number is None:
        raise TexError(f"invalid \\arraystretch {stretch}")


def _check_columns(name: str, argument: Node | None) -> None:
    columns = () if argument is None else (argument.body if argument.kind == "ordgroup" else (argument,))
    for column in columns:
        if not column.is_symbol or column.text not in ("lc" if name == "subarray" else "lcr|:"):
            raise TexError(f"unknown column alignment {column.text}")
    if name == "subarray" and len(columns) > 1:
        raise TexError("{subarray} can contain only one column")


def _matrix_alignment(parser: "Parser") -> None:
    parser.skip_spaces()
    if parser.fetch() != "[":
        return
    parser.consume()
    parser.skip_spaces()
    if parser.fetch() not in {"l", "c", "r"}:
        raise TexError("the alignment of a matrix must be l, c or r")
    parser.consume()
    parser.skip_spaces()
    parser.expect("]")


def _check_pairs(argument: Node, widths: list[int]) -> None:
    digits = ""
    for node in argument.body:
        if node.kind != "textord":
            raise TexError("the number of columns must be a number")
        digits += node.text
    if digits.isdigit() and any(int(digits) < width / 2 for width in widths):
        raise TexError(f"more than {digits} pairs of columns in a row")


def _commutative_diagram(parser: "Parser") -> None:
    macros = parser.gullet.macros
    macros.begin()
    macros.set("\\cr", "\\\\\\relax")
    macros.begin()
    rows = []
    while True:
        rows.append(parser.expression(until="\\\\"))
        macros.end()
        macros.begin()
        token = parser.fetch()
        if token == "\\end":
            break
        if token not in {"&", "\\\\"}:
            raise TexError("\\\\ or \\end is expected in {CD}")
        parser.consume()
    for row in rows:
        _check_arrows(row)
    macros.end()
    macros.end()


def _check_arrows(row: tuple[Node, ...]) -> None:
    index = 0
    while index < len(row):
        if row[index] != Node("textord", "@"):
            index += 1
            continue
        index += 1
        arrow = row[index].text if index < len(row) and row[index].is_symbol else ""
        if not arrow or arrow not in "=|.<>AV":
            raise TexError("< > A V = | or . is expected after @ in {CD}")
        if arrow in "<>AV":
            for _ in range(2):
                index = _label_end(row, index + 1, arrow)
        index += 1


def _label_end(row: tuple[Node, ...], start: int, arrow: str) -> int:
    for index in range(start, len(row)):
        if row[index].kind == "symbol" and row[index].text == arrow:
            return index
        if row[index] == Node("textord", "@"):
            break
    raise TexError(f"an arrow in {{CD}} needs another {arrow}")

"""Handles KaTeX's commands: checks their delimiters, sizes and pairs, and carries out definitions."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from generator.content.katex import commands, environments
from generator.content.katex.lexer import EOF, TexError, Token
from generator.content.katex.macros import Definition
from generator.content.katex.nodes import Node, check_size

if TYPE_CHECKING:
    from generator.content.katex.parser import Parser

Arguments = list[Node | None]
CommandHandler = Callable[["Parser", str, Arguments, str | None], Node]

_GLOBAL = {
    "\\global": "\\global",
    "\\long": "\\\\globallong",
    "\\\\globallong": "\\\\globallong",
    "\\def": "\\gdef",
    "\\gdef": "\\gdef",
    "\\edef": "\\xdef",
    "\\xdef": "\\xdef",
    "\\let": "\\\\globallet",
    "\\futurelet": "\\\\globalfuture",
}
_RESERVED = commands.names("\\ { } $ & # ^ _ EOF")


def call(parser: "Parser", name: str, function: commands.Function, until: str | None) -> Node:
    """Parses the arguments of a command and handles it as KaTeX does."""
    arguments = parser.arguments(name, function)
    handler = _BY_NAME.get(name) or _BY_KIND.get(function.kind)
    return handler(parser, name, arguments, until) if handler else Node(function.kind)


def _to_end_of_group(*, break_on_infix: bool) -> CommandHandler:
    """Handles a command that applies to the rest of its group."""

    def handle(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
        parser.expression(break_on_infix=break_on_infix, until=until)
        return Node("other")

    return handle


def _reject(reason: str) -> CommandHandler:
    def handle(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
        raise TexError(f"{name} {reason}")

    return handle


def _check_delimiter(name: str, node: Node | None) -> None:
    if node is None or not node.is_symbol or node.text not in commands.DELIMITERS:
        shown = node.text if node is not None and node.text else "what follows"
        raise TexError(f"{shown} is not a delimiter for {name}")


def _sized(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    _check_delimiter(name, arguments[0])
    return Node("leftright-right" if name == "\\right" else "other")


def _left(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    _check_delimiter(name, arguments[0])
    parser.open_lefts += 1
    parser.expression()
    parser.open_lefts -= 1
    parser.expect("\\right", consume=False)
    parser.function()
    return Node("leftright")


def _middle(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    _check_delimiter(name, arguments[0])
    if not parser.open_lefts:
        raise TexError("\\middle has no \\left before it")
    return Node("middle")


def _math_in_text(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    close = "\\)" if name == "\\(" else "$"
    outer = parser.mode
    parser.switch("math")
    parser.expression(until=close)
    parser.expect(close)
    parser.switch(outer)
    return Node("styling")


def _row_end(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    if parser.gullet.future() == "[":
        parser.size(optional=True)
    return Node("cr")


def _character(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    digits = ordinary_text(arguments[0])
    if not digits.isdigit():
        raise TexError(f"\\char needs a number, not {digits}")
    if int(digits) >= 0x10FFFF:
        raise TexError(f"\\char knows no character {digits}")
    return Node("textord", chr(int(digits)))


def _fraction_style(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    style = arguments[3]
    if style is not None and style.body and style.body[0].kind != "textord":
        raise TexError("\\genfrac needs a number as its style")
    return Node("genfrac")


def _data(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    pairs = arguments[0].text.split(",") if arguments[0] else []
    if any(pair.count("=") != 1 for pair in pairs):
        raise TexError("\\htmlData needs key=value pairs")
    return Node("color")


def _image(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    for pair in (arguments[0].text if arguments[0] else "").split(","):
        key, equals, value = pair.partition("=")
        if not equals or "=" in value:
            continue
        if key.strip() not in {"alt", "width", "height", "totalheight"}:
            raise TexError(f"\\includegraphics does not know {key.strip()}")
        if key.strip() != "alt" and not value.strip().lstrip("+-").strip().replace(".", "", 1).isdigit():
            check_size(value)
    return Node("color")


def _prefix(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    parser.skip_spaces()
    token = parser.fetch()
    if token not in _GLOBAL:
        raise TexError(f"{name} is not allowed before {token}")
    if name != "\\long":
        parser.replace(_GLOBAL[token])
    return parser.function() or Node("internal")


def _def(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    gullet = parser.gullet
    macro = _macro_name(gullet.pop())
    delimiters: list[list[str]] = [[]]
    insert = False
    while gullet.future() != "{":
        token = gullet.pop()
        if token == "#":
            if gullet.future() == "{":
                insert = True
                delimiters[-1].append("{")
                break
            if gullet.pop() != str(len(delimiters)):
                raise TexError(f"the arguments of {name} are not numbered in order")
            delimiters.append([])
        elif token == EOF:
            raise TexError(f"{name} has no definition")
        else:
            delimiters[-1].append(token)
    tokens = gullet.argument()
    if insert:
        tokens.insert(0, "{")
    if name in {"\\edef", "\\xdef"}:
        tokens = gullet.expand_all(tokens)[::-1]
    definition = Definition(tokens, len(delimiters) - 1, delimiters)
    gullet.macros.set(macro, definition, everywhere=name == _GLOBAL[name])
    return Node("internal")


def _let(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    gullet = parser.gullet
    macro = _macro_name(gullet.pop())
    if "future" in name:
        middle, token = gullet.pop(), gullet.pop()
        _bind(parser, macro, token, everywhere=name == "\\\\globalfuture")
        gullet.push(token)
        gullet.push(middle)
        return Node("internal")
    gullet.skip_spaces()
    token = gullet.pop()
    if token == "=":
        token = gullet.pop()
        if token == " ":
            token = gullet.pop()
    _bind(parser, macro, token, everywhere=name == "\\\\globallet")
    return Node("internal")


def _bind(parser: "Parser", macro: str, token: str, *, everywhere: bool) -> None:
    gullet = parser.gullet
    value = gullet.macros.get(token)
    if value is None:
        value = Definition([Token.frozen(token)], unexpandable=not gullet.is_expandable(token))
    gullet.macros.set(macro, value, everywhere=everywhere)


def _macro_name(token: str) -> str:
    if token in _RESERVED:
        raise TexError(f"a definition needs a command name, not {token}")
    return token


def _environment(parser: "Parser", name: str, arguments: Arguments, until: str | None) -> Node:
    environment = ordinary_text(arguments[0])
    if name == "\\end":
        return Node("environment", environment)
    if environment not in commands.ENVIRONMENTS:
        raise TexError(f"unknown environment {environment}")
    spec = commands.Function("environment", args=commands.ENVIRONMENTS[environment])
    parsed = parser.arguments(f"\\begin{{{environment}}}", spec)
    environments.parse(parser, environment, parsed[0] if parsed else None)
    parser.expect("\\end", consume=False)
    end = parser.function()
    if end is None or end.text != environment:
        raise TexError(f"\\begin{{{environment}}} is closed by \\end{{{end.text if end else ''}}}")
    return Node("array")


def ordinary_text(node: Node | None) -> str:
    """The characters of a group. Raises TexError unless all of them are ordinary."""
    parts = node.body if node is not None and node.kind == "ordgroup" else ()
    for part in parts:
        if part.kind != "textord":
            raise TexError(f"plain text is expected, not {part.text or 'a command'}")
    return "".join(part.text for part in parts)


_BY_NAME: dict[str, CommandHandler] = {
    "\\color": _to_end_of_group(break_on_infix=True),
    "\\hline": _reject("is used outside an array"),
    "\\hdashline": _reject("is used outside an array"),
    "\\)": _reject("has no opening delimiter"),
    "\\]": _reject("has no opening delimiter"),
    "\\(": _math_in_text,
    "$": _math_in_text,
    "\\verb": _reject("has no end on its line"),
    "\\@char": _character,
    "\\genfrac": _fraction_style,
    "\\htmlData": _data,
    "\\global": _prefix,
    "\\long": _prefix,
    "\\\\globallong": _prefix,
    "\\def": _def,
    "\\gdef": _def,
    "\\edef": _def,
    "\\xdef": _def,
    "\\let": _let,
    "\\\\globallet": _let,
    "\\futurelet": _let,
    "\\\\globalfuture": _let,
    **dict.fromkeys(["\\rm", "\\sf", "\\tt", "\\bf", "\\it", "\\cal"], _to_end_of_group(break_on_infix=True)),
    **dict.fromkeys(
        ["\\displaystyle", "\\textstyle", "\\scriptstyle", "\\scriptscriptstyle"],
        _to_end_of_group(break_on_infix=True),
    ),
}
_BY_KIND: dict[str, CommandHandler] = {
    "sizing": _to_end_of_group(break_on_infix=False),
    "delimsizing": _sized,
    "leftright-right": _sized,
    "leftright": _left,
    "middle": _middle,
    "cr": _row_end,
    "includegraphics": _image,
    "environment": _environment,
}

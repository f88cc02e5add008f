"""Parses TeX by KaTeX's grammar: expressions, atoms, groups, arguments; ``functions`` handles the commands."""

import re

from generator.content.katex import commands
from generator.content.katex.functions import call
from generator.content.katex.lexer import ACTIVE, COMMENT, EOF, OTHER, TexError
from generator.content.katex.macros import Expander
from generator.content.katex.nodes import Node, check_size

_END_OF_EXPRESSION = frozenset({"}", "\\endgroup", "\\end", "\\right", "&"})
_VERB = re.compile(r"\\verb[^a-zA-Z]")
_MARKS = re.compile(r"[\u0300-\u036f]+$")
_COLOR = re.compile(r"(#[a-f0-9]{3}|#?[a-f0-9]{6}|[a-z]+)", re.IGNORECASE)
_PARTIAL_SIZE = re.compile(r"[-+]? *(?:$|\d+|\d+\.\d*|\.\d*) *[a-z]{0,2} *", re.ASCII)


_PLAIN = Node("other")


class Parser:
    """The parser of one formula; the method names are KaTeX's.

    Args:
        display: whether it is display math; rehype-katex sets this only for ``$$`` blocks.
    """

    def __init__(self, source: str, *, display: bool) -> None:
        self.display = display
        self.mode = "math"
        self.gullet = Expander(source)
        self.open_lefts = 0
        self._next: str | None = None

    def parse(self) -> None:
        """Parses the whole formula.

        Raises:
            TexError: KaTeX would reject the formula.
        """
        self.gullet.macros.begin()
        self.expression()
        self.expect(EOF)
        self.gullet.macros.end()
        if self.gullet.macros.get("\\df@tag") is not None:
            if not self.display:
                raise TexError("\\tag works only in display math")
            self.subparse(["\\df@tag"])

    def fetch(self) -> str:
        if self._next is None:
            self._next = self.gullet.next()
        return self._next

    def consume(self) -> None:
        self._next = None

    def replace(self, token: str) -> None:
        """Replaces the last fetched token by ``token``."""
        self._next = token

    def expect(self, text: str, *, consume: bool = True) -> None:
        if (got := self.fetch()) != text:
            raise TexError(_mismatch(text, got))
        if consume:
            self.consume()

    def skip_spaces(self) -> None:
        while self.fetch() == " ":
            self.consume()

    def switch(self, mode: str) -> None:
        self.mode = self.gullet.mode = mode

    def subparse(self, tokens: list[str]) -> tuple[Node, ...]:
        """Parses ``tokens`` (last first) as a separate expression."""
        saved = self._next
        self.consume()
        self.gullet.push("}")
        self.gullet.push_all(tokens)
        nodes = self.expression()
        self.expect("}")
        self._next = saved
        return nodes

    def expression(self, *, break_on_infix: bool = False, until: str | None = None) -> tuple[Node, ...]:
        """Parses atoms up to a token that cannot be part of the expression."""
        body: list[Node] = []
        while True:
            if self.mode == "math":
                self.skip_spaces()
            token = self.fetch()
            if token in _END_OF_EXPRESSION or token == until:
                break
            if break_on_infix and token in commands.FUNCTIONS and commands.FUNCTIONS[token].infix:
                break
            atom = self.atom(until)
            if atom is None:
                break
            if atom.kind != "internal":
                body.append(atom)
        infixes = sum(node.kind == "infix" for node in body)
        if infixes > 1:
            raise TexError("more than one \\over or similar command in a group")
        return (_PLAIN,) if infixes else tuple(body)

    def atom(self, until: str | None = None) -> Node | None:
        """Parses a group with its superscript and subscript; None where none can begin."""
        base = self.group("atom", until)
        if self.mode == "text":
            return base
        superscript = subscript = False
        while True:
            self.skip_spaces()
            token = self.fetch()
            if token in {"\\limits", "\\nolimits"}:
                if base is None or base.kind not in {"op", "operatorname"}:
                    raise TexError(f"{token} must follow an operator")
                self.consume()
            elif token in {"^", "'"} or token in commands.SUPERSCRIPTS:
                if superscript and token in {"^", "'"}:
                    raise TexError("double superscript")
                superscript = True
                self._script(token, commands.SUPERSCRIPTS)
            elif token == "_" or token in commands.SUBSCRIPTS:
                if subscript and token == "_":
                    raise TexError("double subscript")
                subscript = True
                self._script(token, commands.SUBSCRIPTS)
            else:
                break
        if not superscript and not subscript:
            return base
        if base is not None:
            _check_shown(base)
        return Node("supsub")

    def _script(self, token: str, characters: dict[str, str]) -> None:
        if token in {"^", "_"}:
            self._script_group()
        elif token == "'":
            while self.fetch() == "'":
                self.consume()
            if self.fetch() == "^":
                self._script_group()
        else:
            tokens: list[str] = []
            while self.fetch() in characters:
                tokens.insert(0, characters[self.fetch()])
                self.consume()
            self.subparse(tokens)

    def _script_group(self) -> None:
        token = self.fetch()
        self.consume()
        self.skip_spaces()
        group = self.group("superscript" if token == "^" else "subscript")
        if group is None:
            raise TexError(f"nothing follows {token}")
        _check_shown(group)

    def group(self, name: str, until: str | None = None) -> Node | None:
        """Parses a group in braces, a command with its arguments, or one symbol; None where none can begin."""
        token = self.fetch()
        if token in {"{", "\\begingroup"}:
            end = "}" if token == "{" else "\\endgroup"
            self.consume()
            self.gullet.macros.begin()
            body = self.expression(until=end)
            self.expect(end)
            self.gullet.macros.end()
            return Node("ordgroup", body=body)
        node = self.function(until, name) or self.symbol()
        if node is None and token.startswith("\\") and token not in commands.IMPLICIT:
            raise TexError(f"unknown command {token}")
        return node

    def function(self, until: str | None = None, name: str | None = None) -> Node | None:
        """Parses a command with its arguments; None where the next token is not a function of KaTeX."""
        token = self.fetch()
        function = commands.FUNCTIONS.get(token)
        if function is None:
            if not token.startswith("\\\\") or token == "\\\\":
                return None
            function = commands.Function("internal")
        self.consume()
        if name and name != "atom" and not function.in_argument:
            raise TexError(f"{token} as {name} needs braces around it")
        if self.mode == "text" and not function.in_text:
            raise TexError(f"{token} is not allowed in text")
        if self.mode == "math" and not function.in_math:
            raise TexError(f"{token} is not allowed in a formula")
        return call(self, token, function, until)

    def arguments(self, name: str, function: commands.Function) -> list[Node | None]:
        """Parses all arguments of a command, optional ones first; a missing optional one is None."""
        found: list[Node | None] = []
        for index in range(function.optional + function.args):
            kind = function.types[index] if index < len(function.types) else None
            if (function.primitive and kind is None) or (
                function.kind == "sqrt" and index == 1 and found[0] is None
            ):
                kind = "primitive"
            found.append(self._argument(f"argument of {name}", kind, optional=index < function.optional))
        return found

    def _argument(self, name: str, kind: str | None, *, optional: bool) -> Node | None:
        if kind == "color":
            return self._color(optional=optional)
        if kind == "size":
            return self.size(optional=optional)
        if kind == "url":
            self.gullet.lexer.category.update({"%": ACTIVE, "~": OTHER})
            text = self._string(optional=optional)
            self.gullet.lexer.category.update({"%": COMMENT, "~": ACTIVE})
            return None if text is None else Node("url", text)
        if kind == "raw":
            text = self._string(optional=optional)
            return None if text is None else Node("raw", text)
        if kind == "primitive":
            group = self.group(name)
            if group is None:
                raise TexError(f"missing {name}")
            _check_shown(group)
            return group
        mode = {"math": "math", "text": "text", "hbox": "text"}.get(kind or "")
        return self._group_argument(mode, optional=optional)

    def _group_argument(self, mode: str | None, *, optional: bool) -> Node | None:
        if not self.gullet.scan_argument(optional=optional):
            return None
        outer = self.mode
        if mode:
            self.switch(mode)
        self.gullet.macros.begin()
        body = self.expression(until=EOF)
        self.expect(EOF)
        self.gullet.macros.end()
        if mode:
            self.switch(outer)
        return Node("ordgroup", body=body)

    def _string(self, *, optional: bool) -> str | None:
        if not self.gullet.scan_argument(optional=optional):
            return None
        parts: list[str] = []
        while (token := self.fetch()) != EOF:
            parts.append(token)
            self.consume()
        self.consume()
        return "".join(parts)

    def _color(self, *, optional: bool) -> Node | None:
        text = self._string(optional=optional)
        if text is None:
            return None
        if not _COLOR.fullmatch(text):
            raise TexError(f"invalid color {text!r}")
        return Node("color")

    def size(self, *, optional: bool) -> Node | None:
        """Parses a length such as ``2em``, which is in brackets if optional; None for a missing optional one."""
        self.gullet.skip_spaces()
        if not optional and self.gullet.future() != "{":
            text: str | None = ""
            while (token := self.fetch()) != EOF and _PARTIAL_SIZE.fullmatch((text or "") + token):
                text = (text or "") + token
                self.consume()
            if not text:
                raise TexError(f"invalid size {self.fetch()!r}")
        else:
            text = self._string(optional=optional)
            if not text and not optional:
                text = "0pt"
        if text is None:
            return None
        check_size(text)
        return Node("size")

    def symbol(self) -> Node | None:
        """Parses one character, or a command that shows one; None where the next token is neither."""
        token = self.fetch()
        if _VERB.match(token):
            self.consume()
            return Node("verb")
        text = token
        marks = _MARKS.search(token)
        if marks:
            text = token[: marks.start()]
        ordinary = commands.SYMBOLS[self.mode].get(text)
        if ordinary is None:
            if not text or ord(text[0]) < 0x80:
                return None
            ordinary = True
        self.consume()
        if marks:
            unknown = set(marks.group()) - commands.ACCENTS
            if unknown:
                raise TexError(f"unknown accent U+{ord(min(unknown)):04X}")
            return Node("accent")
        return Node("textord" if ordinary else "symbol", text)


def _check_shown(node: Node) -> None:
    """Raises TexError for a node that shows nothing, such as a definition, where something must be shown."""
    if node.kind in {"internal", "infix"}:
        raise TexError("a command that shows nothing is used where something must be shown")


def _mismatch(expected: str, got: str) -> str:
    if got == EOF:
        return f"the formula ends where {expected} is expected"
    if expected == EOF:
        return f"{got} is not expected here"
    return f"{expected} is expected, not {got}"

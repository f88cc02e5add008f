"""Expands TeX macros as KaTeX does: stack of tokens, definitions in groups, computed macros."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from generator.content.katex import commands
from generator.content.katex.characters import SYMBOL_CHARACTERS
from generator.content.katex.lexer import ACTIVE, EOF, Lexer, TexError, Token
from generator.content.katex.macro_definitions import MACROS

MAX_EXPANSIONS = 1000


class Definition(NamedTuple):
    """The definition of a macro.

    Attributes:
        tokens: the body, last token first, in the order of the stack.
        args: the number of arguments.
        delimiters: the tokens before the first argument and after each argument; None without any.
        unexpandable: whether it is never expanded.
    """

    tokens: Sequence[str]
    args: int = 0
    delimiters: Sequence[Sequence[str]] | None = None
    unexpandable: bool = False


Computed = Callable[["Expander"], "Definition"]
Macro = str | Definition | Computed


class Namespace:
    """The macro definitions; the end of a group restores the definitions from before the group."""

    def __init__(self) -> None:
        self.current: dict[str, Macro] = {}
        self._undo: list[dict[str, Macro | None]] = []

    def begin(self) -> None:
        self._undo.append({})

    def end(self) -> None:
        for name, value in self._undo.pop().items():
            self._put(name, value)

    def get(self, name: str) -> Macro | None:
        if name in self.current:
            return self.current[name]
        text = MACROS.get(name)
        return COMPUTED.get(name) if text is None else text

    def has(self, name: str) -> bool:
        return name in self.current or name in MACROS or name in COMPUTED

    def set(self, name: str, value: Macro | None, *, everywhere: bool = False) -> None:
        if everywhere:
            for undo in self._undo:
                undo.pop(name, None)
            if self._undo:
                self._undo[-1][name] = value
        elif self._undo:
            self._undo[-1].setdefault(name, self.current.get(name))
        self._put(name, value)

    def _put(self, name: str, value: Macro | None) -> None:
        if value is None:
            self.current.pop(name, None)
        else:
            self.current[name] = value


class Expander:
    """Reads the tokens of one formula and expands its macros; KaTeX's ``MacroExpander``."""

    def __init__(self, source: str) -> None:
        self.lexer = Lexer(source)
        self.macros = Namespace()
        self.mode = "math"
        self._stack: list[str] = []
        self._expansions = 0

    def future(self) -> str:
        """The next token without expansion; it stays on the stack."""
        if not self._stack:
            self._stack.append(self.lexer.next())
        return self._stack[-1]

    def pop(self) -> str:
        return self._stack.pop() if self._stack else self.lexer.next()

    def push(self, token: str) -> None:
        self._stack.append(token)

    def push_all(self, tokens: Sequence[str]) -> None:
        self._stack.extend(tokens)

    def skip_spaces(self) -> None:
        while self.future() == " ":
            self._stack.pop()

    def scan_argument(self, *, optional: bool) -> bool:
        """Puts the tokens of an argument and an EOF on the stack; returns False for a missing optional argument."""
        if optional:
            self.skip_spaces()
            if self.future() != "[":
                return False
            self.pop()
            tokens = self.argument(["]"])
        else:
            tokens = self.argument()
        self.push(EOF)
        self.push_all(tokens)
        return True

    def argument(self, delimiters: Sequence[str] = ()) -> list[str]:
        """Takes one argument without its outer braces, or everything up to ``delimiters``; last token first.

        Raises:
            TexError: braces do not balance, or the formula ends before the argument.
        """
        if not delimiters:
            self.skip_spaces()
        braced = self.future() == "{"
        tokens: list[str] = []
        depth = matched = 0
        while True:
            token = self.pop()
            tokens.append(token)
            if token == "{":
                depth += 1
            elif token == "}":
                depth -= 1
                if depth < 0:
                    raise TexError("extra }")
            elif token == EOF:
                expected = delimiters[matched] if delimiters else "}"
                raise TexError(f"the formula ends where {expected} is expected")
            if delimiters:
                expected = delimiters[matched]
                if token == expected and (depth == 0 or (depth == 1 and expected == "{")):
                    matched += 1
                    if matched == len(delimiters):
                        del tokens[-matched:]
                        break
                else:
                    matched = 0
            elif depth == 0:
                break
        if braced and tokens and tokens[-1] == "}":
            tokens = tokens[1:-1]
        tokens.reverse()
        return tokens

    def arguments(self, count: int, delimiters: Sequence[Sequence[str]] | None = None) -> list[list[str]]:
        if delimiters:
            for expected in delimiters[0]:
                if self.pop() != expected:
                    raise TexError("use of a macro does not match its definition")
            return [self.argument(delimiters[index + 1]) for index in range(count)]
        return [self.argument() for _ in range(count)]

    def expand_once(self, *, expandable_only: bool = False) -> bool:
        """Expands the next token if it is a macro; returns whether it was one."""
        token = self.pop()
        definition = None if isinstance(token, Token) else self._definition(token)
        if definition is None or (expandable_only and definition.unexpandable):
            if expandable_only and definition is None and token[0] == "\\" and not self.is_defined(token):
                raise TexError(f"unknown command {token}")
            self.push(token)
            return False
        self._count(1)
        tokens = definition.tokens
        arguments = self.arguments(definition.args, definition.delimiters)
        if definition.args:
            tokens = _fill(tokens, arguments)
        self.push_all(tokens)
        return True

    def next(self) -> str:
        """Takes the next token after expansion."""
        while self.expand_once():
            pass
        token = self._stack.pop()
        return "\\relax" if isinstance(token, Token) and token.relax else token

    def expand_all(self, tokens: Sequence[str]) -> list[str]:
        """``tokens`` (last first) with all macros expanded, first token first."""
        floor = len(self._stack)
        output: list[str] = []
        self.push_all(tokens)
        while len(self._stack) > floor:
            if not self.expand_once(expandable_only=True):
                token = self._stack.pop()
                output.append(str(token) if isinstance(token, Token) and token.relax else token)
        self._count(len(output))
        return output

    def is_defined(self, name: str) -> bool:
        return self.macros.has(name) or commands.known(name) or name in SYMBOL_CHARACTERS

    def is_expandable(self, name: str) -> bool:
        macro = self.macros.get(name)
        if macro is not None:
            return not (isinstance(macro, Definition) and macro.unexpandable)
        return name in commands.FUNCTIONS and not commands.FUNCTIONS[name].primitive

    def _count(self, amount: int) -> None:
        self._expansions += amount
        if self._expansions > MAX_EXPANSIONS:
            raise TexError("too many macro expansions")

    def _definition(self, name: str) -> Definition | None:
        macro = self.macros.get(name)
        if macro is None or (len(name) == 1 and self.lexer.category.get(name, ACTIVE) != ACTIVE):
            return None
        if isinstance(macro, str):
            return body(macro)
        return macro if isinstance(macro, Definition) else macro(self)


@lru_cache(maxsize=1024)
def body(expansion: str) -> Definition:
    """The definition for the text of a macro; the number of arguments follows from its placeholders."""
    args = 0
    while f"#{args + 1}" in expansion.replace("##", ""):
        args += 1
    lexer = Lexer(expansion)
    tokens = list(iter(lexer.next, EOF))
    return Definition(tuple(reversed(tokens)), args)


def _fill(tokens: Sequence[str], arguments: Sequence[Sequence[str]]) -> list[str]:
    """Replaces ``#1`` and so on by the arguments; all tokens last to first."""
    filled: list[str] = []
    pending = iter(reversed(tokens))
    for token in pending:
        if token != "#":
            filled.append(token)
            continue
        number = next(pending, None)
        if number is None:
            raise TexError("a macro's body ends in #")
        if number == "#":
            filled.append("#")
        elif number in "123456789" and int(number) <= len(arguments):
            filled.extend(reversed(arguments[int(number) - 1]))
        else:
            raise TexError(f"#{number} is not an argument of this macro")
    filled.reverse()
    return filled


def _noexpand(context: Expander) -> Definition:
    token = context.pop()
    return Definition([Token.frozen(token, relax=True) if context.is_expandable(token) else token])


def _expandafter(context: Expander) -> Definition:
    token = context.pop()
    context.expand_once(expandable_only=True)
    return Definition([token])


def _pick(index: int) -> Computed:
    return lambda context: Definition(context.arguments(2)[index])


def _if_next_character(context: Expander) -> Definition:
    character, then, otherwise = context.arguments(3)
    context.skip_spaces()
    return Definition(then if character == [context.future()] else otherwise)


def _text_or_math(context: Expander) -> Definition:
    in_text, in_math = context.arguments(2)
    return Definition(in_text if context.mode == "text" else in_math)


_BASES = {"'": 8, '"': 16}
_DIGITS = {digit: int(digit, 16) for digit in "0123456789abcdefABCDEF"}


def _char(context: Expander) -> Definition:
    token = context.pop()
    if token == "`":
        token = context.pop()
        if token == EOF:
            raise TexError("\\char` has no argument")
        return body(f"\\@char{{{ord(token[1] if token[0] == chr(92) else token[0])}}}")
    base = _BASES.get(token, 10)
    if base != 10:
        token = context.pop()
    number = _DIGITS.get(token, base)
    if number >= base:
        raise TexError(f"\\char needs a number, not {token}")
    while (digit := _DIGITS.get(context.future(), base)) < base:
        number = number * base + digit
        context.pop()
    return body(f"\\@char{{{number}}}")


def _define(*, may_exist: bool, may_be_new: bool, keep: bool) -> Computed:
    def define(context: Expander) -> Definition:
        name = context.argument()
        if len(name) != 1:
            raise TexError("\\newcommand's first argument must be a macro name")
        exists = context.is_defined(name[0])
        if exists and not may_exist:
            raise TexError(f"\\newcommand cannot define {name[0]} again")
        if not exists and not may_be_new:
            raise TexError(f"\\renewcommand needs a defined command, not {name[0]}")
        args = 0
        tokens = context.argument()
        if tokens == ["["]:
            count = ""
            while (token := context.next()) not in {"]", EOF}:
                count += token
            if not (count.strip(" ").isascii() and count.strip(" ").isdigit()):
                raise TexError(f"invalid number of arguments: {count}")
            args = int(count)
            tokens = context.argument()
        if not (exists and keep):
            context.macros.set(name[0], Definition(tokens, args))
        return Definition([])

    return define


def _ignore_argument(context: Expander) -> Definition:
    context.argument()
    return Definition([])


def _ignore_token(context: Expander) -> Definition:
    context.pop()
    return Definition([])


# \dots depends on the next token. In text mode, \cdots is unknown, so the choice decides whether the formula is valid.
_DOTS_BINARY = commands.names(
    r"\not + = < > - * : \DOTSB \coprod \bigvee \bigwedge \biguplus \bigcap \bigcup \prod \sum \bigotimes \bigoplus"
    r" \bigodot \bigsqcup \And \longrightarrow \Longrightarrow \longleftarrow \Longleftarrow \longleftrightarrow"
    r" \Longleftrightarrow \mapsto \longmapsto \hookrightarrow \doteq \mathbin \mathrel \relbar \Relbar \xrightarrow"
    r" \xleftarrow"
)
_DOTS_INTEGRAL = commands.names(r"\DOTSI \int \oint \iint \iiint \iiiint \idotsint")
_DOTS_SPACED = commands.names(
    r") ] \rbrack \} \rbrace \rangle \rceil \rfloor \rgroup \rmoustache \right \bigr \biggr \Bigr \Biggr $ ; . ,"
)


def _dots(context: Expander) -> Definition:
    context.expand_once()
    following = context.future()
    if following == ",":
        return body("\\dotsc")
    if following in _DOTS_INTEGRAL:
        return body("\\dotsi")
    if following in _DOTS_BINARY or following.startswith("\\not"):
        return body("\\dotsb")
    return body("\\dotsx" if following == "\\DOTSX" else "\\dotso")


def _spaced(dots: str, *, comma: bool = True) -> Computed:
    def choose(context: Expander) -> Definition:
        following = context.future()
        return body(dots + ("\\," if following in _DOTS_SPACED and (comma or following != ",") else ""))

    return choose


def _tag(context: Expander) -> Definition:
    if context.macros.get("\\df@tag"):
        raise TexError("more than one \\tag")
    return body("\\gdef\\df@tag{\\text{#1}}")


def _braket(*, first_only: bool) -> Computed:
    def expand(context: Expander) -> Definition:
        left, middle, double, right = (context.argument() for _ in range(4))
        old_bar, old_double = context.macros.get("|"), context.macros.get("\\|")
        context.macros.begin()

        def bar(*, doubled: bool) -> Computed:
            def choose(inner: Expander) -> Definition:
                if first_only:
                    inner.macros.set("|", old_bar)
                    if double:
                        inner.macros.set("\\|", old_double)
                two = doubled
                if not doubled and double and inner.future() == "|":
                    inner.pop()
                    two = True
                return Definition(double if two else middle)

            return choose

        context.macros.set("|", bar(doubled=False))
        if double:
            context.macros.set("\\|", bar(doubled=True))
        argument = context.argument()
        expanded = context.expand_all([*right, *argument, *left])
        context.macros.end()
        return Definition(expanded[::-1])

    return expand


COMPUTED: dict[str, Computed] = {
    "\\noexpand": _noexpand,
    "\\expandafter": _expandafter,
    "\\@firstoftwo": _pick(0),
    "\\@secondoftwo": _pick(1),
    "\\@ifnextchar": _if_next_character,
    "\\TextOrMath": _text_or_math,
    "\\char": _char,
    "\\newcommand": _define(may_exist=False, may_be_new=True, keep=False),
    "\\renewcommand": _define(may_exist=True, may_be_new=False, keep=False),
    "\\providecommand": _define(may_exist=True, may_be_new=True, keep=True),
    "\\message": _ignore_argument,
    "\\errmessage": _ignore_argument,
    "\\show": _ignore_token,
    "\\dots": _dots,
    "\\dotso": _spaced("\\ldots"),
    "\\dotsc": _spaced("\\ldots", comma=False),
    "\\cdots": _spaced("\\@cdots"),
    "\\tag@literal": _tag,
    "\\bra@ket": _braket(first_only=False),
    "\\bra@set": _braket(first_only=True),
}

"""The site's line-break codec, and what must not meet it: LaTeX commands that begin with ``\\n``.

In a stored answer a line break is the two characters backslash and ``n``. The site turns every such pair into
a line break, with no escape, so text that holds the pair for another reason cannot be carried. Inside math
there is a safe equivalent for nearly every such command.
"""

import re

from generator.content.katex import commands
from generator.content.stems import word_set

_UNCARRIED = re.compile(r"\\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

_NOT = commands.MACROS[r"\not"]

#: What renders as the command does but has no ``\n`` in it. A command of KaTeX's that is not here has no such form.
SAFE_COMMANDS: dict[str, str] = {
    r"\nabla": "∇",
    r"\nu": "ν",
    r"\ne": "≠",
    r"\neq": "≠",
    r"\neg": r"\lnot",
    r"\notin": "∉",
    r"\notni": "∌",
    r"\ni": "∋",
    r"\nmid": "∤",
    r"\nparallel": "∦",
    r"\nleq": "≰",
    r"\ngeq": "≱",
    r"\nless": "≮",
    r"\ngtr": "≯",
    r"\nsim": "≁",
    r"\ncong": "≆",
    r"\nprec": "⊀",
    r"\nsucc": "⊁",
    r"\npreceq": "⋠",
    r"\nsucceq": "⋡",
    r"\nsubseteq": "⊈",
    r"\nsupseteq": "⊉",
    r"\nvdash": "⊬",
    r"\nvDash": "⊭",
    r"\nVdash": "⊮",
    r"\nVDash": "⊯",
    r"\nleftarrow": "↚",
    r"\nrightarrow": "↛",
    r"\nleftrightarrow": "↮",
    r"\nLeftarrow": "⇍",
    r"\nRightarrow": "⇏",
    r"\nLeftrightarrow": "⇎",
    r"\ntrianglelefteq": "⋬",
    r"\ntrianglerighteq": "⋭",
    r"\ntriangleleft": _NOT + r"\vartriangleleft",
    r"\ntriangleright": _NOT + r"\vartriangleright",
    r"\nexists": _NOT + r"\exists",
    r"\natural": "♮",
    r"\natnums": r"\mathbb{N}",
    r"\nearrow": "↗",
    r"\nwarrow": "↖",
    r"\negthinspace": r"\!",
    r"\nobreakspace": "~",
    r"\newcommand": r"\providecommand",
    r"\nonumber": r"\gdef\@eqnsw{0}",
    r"\notag": r"\gdef\@eqnsw{0}",
    **{
        name: commands.MACROS[name]
        for name in commands.names(
            r"\not \newline \negmedspace \negthickspace \ngeqq \ngeqslant \nleqq \nleqslant \nshortmid"
            r" \nshortparallel \nsubseteqq \nsupseteqq"
        )
    },
}

_TEX_TOKEN = re.compile(
    r"\\\\(?P<space>n)?|\\not(?P<operand>=|<|>|\\in(?![a-zA-Z@]))|\\[a-zA-Z@]+|\\.", re.DOTALL
)
_NEGATED = {"=": "≠", "<": "≮", ">": "≯", r"\in": "∉"}

# What JSON makes of a LaTeX command written with one backslash.
_JSON_ESCAPES = {"\b": "b", "\f": "f", "\t": "t", "\r": "r"}
_MANGLED = re.compile(r"([\b\f\t\r])([a-zA-Z]+)")
# Words and letters that are the rest of a command too, as of \tan and \rangle.
_WORDS = word_set("an ag angle au h ho m o op q t")
_FORMULA = re.compile(r"(\$\$?)(?!\s*\$)([^$]+?)\1|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
_CUT = re.compile(r"\n([a-zA-Z]+)")


def encode(markdown: str) -> str:
    """The stored one-line form: each line break becomes backslash and ``n``.

    Raises:
        ValueError: the text cannot be carried: it holds the pair itself, a carriage return or another control
            character; the message names the offset.
    """
    stored = markdown.replace("\n", "\\n")
    if stored.isprintable() and "\\n" not in markdown:
        return stored
    found = _UNCARRIED.search(markdown)
    if found:
        what = "a backslash before n" if found.group() == "\\n" else f"U+{ord(found.group()):04X}"
        raise ValueError(f"{what} at offset {found.start()} cannot be stored")
    return stored


def decode(stored: str) -> str:
    """What the site makes of a stored answer before it renders it."""
    return stored.replace("\\n", "\n")


def safe_tex(tex: str) -> str:
    r"""``tex`` without backslash-``n`` pairs wherever there is an equivalent; ``\\n`` becomes ``\\ n``."""
    return _TEX_TOKEN.sub(_safe_token, tex) if "\\n" in tex else tex


def _safe_token(match: re.Match[str]) -> str:
    token = match.group()
    if match["space"]:
        return r"\\ n"
    if match["operand"]:
        return _NEGATED[match["operand"]]
    return SAFE_COMMANDS.get(token, token)


def mend_json_escapes(text: str) -> str:
    r"""Restores LaTeX commands that JSON took for escapes, where that is unmistakable.

    ``\frac`` written with one backslash arrives as a form feed and "rac", ``\nabla`` as a line break and "abla".
    A control character is mended where a known command results; a tab, a carriage return or a line break, which
    may be meant, only inside a formula or where the rest is no English word.
    """
    if not text.isprintable() and any(mark in text for mark in _JSON_ESCAPES):
        inside = [match.span() for match in _FORMULA.finditer(text)]

        def mend(match: re.Match[str]) -> str:
            mark, rest = match.groups()
            command = _longest_command(_JSON_ESCAPES[mark], rest)
            if not command:
                return match.group()
            meant = mark in "\t\r" and not any(a <= match.start() < b for a, b in inside)
            if meant and (rest in _WORDS or len(command) < len(rest) + 2):
                return match.group()
            return command + rest[len(command) - 2 :]

        text = _MANGLED.sub(mend, text)
    if "\n" in text and ("$" in text or "\\" in text):
        text = _FORMULA.sub(_mend_cuts, text)
    return text


def _longest_command(letter: str, rest: str) -> str:
    for length in range(len(rest), 0, -1):
        if commands.known(f"\\{letter}{rest[:length]}"):
            return f"\\{letter}{rest[:length]}"
    return ""


def _mend_cuts(match: re.Match[str]) -> str:
    formula = match.group()
    display = formula.startswith(("$$", "\\["))
    if "\n\n" in formula:
        return formula

    def mend(cut: re.Match[str]) -> str:
        command = "\\n" + cut[1]
        short = len(cut[1]) < 2 or commands.known("\\" + cut[1])
        if command not in SAFE_COMMANDS or (display and short):
            return cut.group()
        return command

    return _CUT.sub(mend, formula)

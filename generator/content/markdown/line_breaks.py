"""Encodes and decodes the line breaks of stored answers, and replaces LaTeX commands that begin with ``\\n``.

In a stored answer a line break is the two characters backslash and ``n``. The site turns every such pair into a line
break and has no escape, so a text that contains the pair for another reason cannot be stored. Nearly every LaTeX
command that begins with ``\\n`` has a safe equivalent.
"""

import re

from generator.content.katex import commands
from generator.content.language.stems import word_set

_UNCARRIED = re.compile(r"\\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

# A stroke over the next symbol, as ``\not`` draws it; KaTeX has no public command for the stroke alone.
_NOT = r"\mathrel{\mathrlap{\,/}}"

#: For commands that begin with ``\n``: TeX that shows the same sign and contains no ``\n``. It consists of characters
#: and public commands, never of KaTeX's internal ones (with ``@``). For a command of KaTeX that is missing here, no
#: such TeX exists.
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
    r"\nonumber": r"\tag*{}",
    r"\notag": r"\tag*{}",
    r"\not": _NOT,
    r"\newline": r"\\",
    r"\negmedspace": r"\mskip{-4mu}",
    r"\negthickspace": r"\mskip{-5mu}",
    # The characters that KaTeX itself gives to screen readers for these commands.
    r"\ngeqq": "≱",
    r"\ngeqslant": "≱",
    r"\nleqq": "≰",
    r"\nleqslant": "≰",
    r"\nshortmid": "∤",
    r"\nshortparallel": "∦",
    r"\nsubseteqq": "⊈",
    r"\nsupseteqq": "⊉",
}

# What ``\not`` negates to a character that KaTeX shows.
_NEGATED = {
    "=": "≠",
    "<": "≮",
    ">": "≯",
    r"\in": "∉",
    r"\owns": "∌",
    r"\mid": "∤",
    r"\parallel": "∦",
    r"\leq": "≰",
    r"\le": "≰",
    r"\geq": "≱",
    r"\ge": "≱",
    r"\lt": "≮",
    r"\gt": "≯",
    r"\sim": "≁",
    r"\cong": "≆",
    r"\prec": "⊀",
    r"\succ": "⊁",
    r"\preceq": "⋠",
    r"\succeq": "⋡",
    r"\subseteq": "⊈",
    r"\supseteq": "⊉",
    r"\vdash": "⊬",
    r"\vDash": "⊭",
    r"\leftarrow": "↚",
    r"\rightarrow": "↛",
    r"\to": "↛",
    r"\Leftarrow": "⇍",
    r"\Rightarrow": "⇏",
}
_OPERAND = (
    r" *(?P<operand>[=<>]|(?:"
    + "|".join(re.escape(name) for name in _NEGATED if name.startswith("\\"))
    + r")(?![a-zA-Z@]))"
)
_TEX_TOKEN = re.compile(rf"\\\\(?P<space>n)?|\\not(?![a-zA-Z@]){_OPERAND}|\\[a-zA-Z@]+|\\.", re.DOTALL)

# The commands that remove the number of a row. Elsewhere they do nothing, and ``\tag`` would be an error.
_UNNUMBERED = frozenset({r"\nonumber", r"\notag"})
_NUMBERED = frozenset({"align", "alignat", "gather", "equation"})
_ENVIRONMENT = re.compile(r"\\(begin|end)\{([a-zA-Z]+\*?)\}")

# The control characters into which JSON turns the beginnings of LaTeX commands with one backslash, and their letters.
_JSON_ESCAPES = {"\b": "b", "\f": "f", "\t": "t", "\r": "r"}
_MANGLED = re.compile(r"([\b\f\t\r])([a-zA-Z]+)")
# Words and letters that are also the rest of a command, such as \tan or \rangle.
_WORDS = word_set("an ag angle au h ho m o op q t")
_FORMULA = re.compile(r"(\$\$?)(?!\s*\$)([^$]+?)\1|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
_CUT = re.compile(r"\n([a-zA-Z]+)")


def encode(markdown: str) -> str:
    """The stored form on one line: each line break becomes a backslash and ``n``.

    Raises:
        ValueError: the text cannot be stored, because it contains a backslash before ``n``, a carriage return or
            another control character; the message names the offset.
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
    """The Markdown that the site renders for a stored answer."""
    return stored.replace("\\n", "\n")


def safe_command(text: str, start: int) -> tuple[str, str] | None:
    r"""The LaTeX command at ``start`` that begins with ``\n``, and its safe form; None where none is there.

    The command includes what ``\not`` negates if both have one safe form together.
    """
    match = _TEX_TOKEN.match(text, start)
    if match is None or match["space"]:
        return None
    safe = _safe_token(match)
    return None if safe == match.group() else (match.group(), safe)


def safe_tex(tex: str) -> str:
    r"""``tex`` with every command that begins with ``\n`` replaced by its equivalent; ``\\n`` becomes ``\\ n``.

    Commands without an equivalent stay.
    """
    return _TEX_TOKEN.sub(_safe_token, tex) if "\\n" in tex else tex


def _safe_token(match: re.Match[str]) -> str:
    token = match.group()
    if match["space"]:
        return r"\\ n"
    if match["operand"]:
        return _NEGATED[match["operand"]]
    if token in _UNNUMBERED and not _in_numbered_row(match.string, match.start()):
        return ""
    return SAFE_COMMANDS.get(token, token)


def _in_numbered_row(text: str, offset: int) -> bool:
    """Whether the last environment that begins before ``offset`` is open and numbers its rows."""
    found = _ENVIRONMENT.findall(text, 0, offset)
    return bool(found) and found[-1][0] == "begin" and found[-1][1] in _NUMBERED


def repair_json_escapes(text: str) -> str:
    r"""Restores LaTeX commands that a JSON parser read as escapes, where no other reading is possible.

    ``\frac`` with one backslash arrives as a form feed and "rac", ``\nabla`` as a line break and "abla". A control
    character is replaced where a known command results. A tab, a carriage return or a line break may be intended: it
    is replaced only inside a formula or where no English word follows.
    """
    if not text.isprintable() and any(mark in text for mark in _JSON_ESCAPES):
        formulas = [match.span() for match in _FORMULA.finditer(text)]

        def restore(match: re.Match[str]) -> str:
            mark, rest = match.groups()
            command = _longest_command(_JSON_ESCAPES[mark], rest)
            if not command:
                return match.group()
            maybe_white_space = mark in "\t\r" and not any(a <= match.start() < b for a, b in formulas)
            if maybe_white_space and (rest in _WORDS or len(command) < len(rest) + 2):
                return match.group()
            return command + rest[len(command) - 2 :]

        text = _MANGLED.sub(restore, text)
    if "\n" in text and ("$" in text or "\\" in text):
        text = _FORMULA.sub(_repair_cuts, text)
    return text


def _longest_command(letter: str, rest: str) -> str:
    """The longest known command that begins with the letter and continues with ``rest``; empty without one."""
    for length in range(len(rest), 0, -1):
        if commands.known(f"\\{letter}{rest[:length]}"):
            return f"\\{letter}{rest[:length]}"
    return ""


def _repair_cuts(match: re.Match[str]) -> str:
    formula = match.group()
    display = formula.startswith(("$$", "\\["))
    if "\n\n" in formula:
        return formula

    def restore(cut: re.Match[str]) -> str:
        command = "\\n" + cut[1]
        ambiguous = len(cut[1]) < 2 or commands.known("\\" + cut[1])
        if command not in SAFE_COMMANDS or (display and ambiguous):
            return cut.group()
        return command

    return _CUT.sub(restore, formula)

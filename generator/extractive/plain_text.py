"""Converts Markdown to the text that a reader sees, with formulas as symbols, in linear time."""

import re

from generator.content.language.stems import word_set

_FENCE = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[^\n]*\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_BLOCK_MARK = re.compile(
    r"[ \t]*(?:>[ \t]?)*[ \t]*(?:(#{1,6})[ \t]+(?:\d{1,3}[.)][ \t]+)?"
    r"|([-*+])[ \t]+(?:\[[ xX]\][ \t]+)?|(\d{1,9}[.)])[ \t]+)?"
)
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*\|?[ \t]*")
_BREAK_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE_MATH = re.compile(r"(?<![\\$])\$([^$\n]+)(?<!\\)\$(?!\$)")
_MATH_SIGN = re.compile(r"[\\^_=+<>]|\A[A-Za-z]\Z")
_TICKS = re.compile(r"`+")
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\]\([^)\n]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\](?:\([^)\n]{0,500}\)|\[[^\[\]\n]{0,500}\])")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_STAR = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])")
_UNDERSCORE = re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\w_])")
_STRUCK = re.compile(r"~~(?=\S)(.+?)(?<=\S)~~")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<!--.{0,500}?-->", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = {"&nbsp;": " ", "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}

_TEX_WRAPPER = re.compile(
    r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mathcal|mathbb|mathsf|boldsymbol|operatorname|ce"
    r"|vec|hat|bar|tilde|overline|underline|dot)\*?\s*\{([^{}]*)\}"
)
_TEX_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_TEX_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_TEX_COMMAND = re.compile(r"\\([A-Za-z]+)\*?|\\([^A-Za-z])")
_TEX_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "times": "×", "cdot": "·", "pm": "±", "div": "÷",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "equiv": "≡",
    "sim": "~", "propto": "∝", "infty": "∞", "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂",
    "nabla": "∇", "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "leftrightarrow": "↔",
    "rightleftharpoons": "⇌", "in": "∈", "cup": "∪", "cap": "∩", "ldots": "…", "dots": "…", "cdots": "…",
    "circ": "°", "degree": "°",
}  # fmt: skip
_TEX_NAMES = word_set("sin cos tan log ln exp lim min max det")


def to_plain_text(markdown: str) -> str:
    """The text of Markdown, without Markdown and TeX marks.

    Each block (paragraph, list item, heading, table row) is one line, with a blank line between blocks; code fences
    keep their lines. Formulas become readable symbols: ``$\\frac{a}{b}$`` gives ``a/b``. Unknown marks stay.
    """
    blocks: list[str] = []
    end = 0
    if "```" in markdown or "~~~" in markdown:
        for fence in _FENCE.finditer(markdown):
            _add_blocks(markdown[end : fence.start()], blocks)
            if fence[2].strip():
                blocks.append(fence[2].strip("\n"))
            end = fence.end()
    _add_blocks(markdown[end:], blocks)
    return "\n\n".join(blocks)


def _add_blocks(markdown: str, blocks: list[str]) -> None:
    """Append the blocks of Markdown that has no code fences."""
    if "$$" in markdown:
        markdown = _DISPLAY.sub(lambda math: f" {_readable_tex(math[1])} ", markdown)
    lines: list[str] = []
    for line in [*markdown.split("\n"), ""]:
        mark = _BLOCK_MARK.match(line)
        start = mark.end() if mark else 0
        starts_block = bool(mark and mark.lastindex)
        table = line.lstrip().startswith("|")
        empty = not line[start:].strip() and not starts_block
        if empty or starts_block or table or _BREAK_RULE.fullmatch(line):
            if lines:
                blocks.append(_without_inline_marks(" ".join(lines)))
                lines = []
            if empty or _BREAK_RULE.fullmatch(line) or (table and _TABLE_RULE.fullmatch(line)):
                continue
        text = line[start:].strip()
        if table:
            text = ", ".join(cell for cell in (part.strip() for part in text.strip("|").split("|")) if cell)
        elif text.endswith("\\"):
            text = text[:-1].rstrip()
        if text:
            lines.append(text)
            if table or (mark and mark[1]):
                blocks.append(_without_inline_marks(lines.pop()))
    blocks[:] = [block for block in blocks if block]


def _without_inline_marks(text: str) -> str:
    """A block without inline marks, with single spaces."""
    if "$" in text:
        text = _INLINE_MATH.sub(_formula, text)
    if "`" in text:
        text = _without_ticks(text)
    if "[" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    if "*" in text or "_" in text:
        text = _STRONG.sub(r"\2", text)
        text = _UNDERSCORE.sub(r"\1", _STAR.sub(r"\1", text))
    if "~~" in text:
        text = _STRUCK.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        for entity, char in _ENTITY.items():
            text = text.replace(entity, char)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return " ".join(text.split())


def _without_ticks(text: str) -> str:
    """The text without the backticks of code spans. A run of backticks without an equal partner stays."""
    runs = list(_TICKS.finditer(text))
    partners: dict[int, list[int]] = {}
    for index, run in enumerate(runs):
        partners.setdefault(len(run[0]), []).append(index)
    for waiting in partners.values():
        waiting.reverse()
    parts: list[str] = []
    position = index = 0
    while index < len(runs):
        opening = runs[index]
        waiting = partners[len(opening[0])]
        while waiting and waiting[-1] <= index:
            waiting.pop()
        if waiting:
            index = waiting[-1]
            parts += (text[position : opening.start()], text[opening.end() : runs[index].start()].strip())
            position = runs[index].end()
        index += 1
    return "".join((*parts, text[position:]))


def _formula(math: re.Match[str]) -> str:
    """Inline math as readable text. Text between two amounts of money is not math and stays."""
    tight = not math[1][0].isspace() and not math[1][-1].isspace()
    if _MATH_SIGN.search(math[1].strip()) or (tight and not math[1][0].isdigit()):
        return _readable_tex(math[1])
    return math[0]


def _readable_tex(tex: str) -> str:
    """A formula with symbols instead of commands, and without braces."""
    for _ in range(3):  # innermost groups first; deeper nesting loses its commands
        tex = _TEX_WRAPPER.sub(r"\1", tex)
        tex = _TEX_FRACTION.sub(
            lambda part: f"{_with_parentheses(part[1])}/{_with_parentheses(part[2])}", tex
        )
        tex = _TEX_ROOT.sub(r"√(\1)", tex)
    tex = _TEX_COMMAND.sub(_tex_symbol, tex)
    return " ".join(tex.replace("{", "").replace("}", "").split())


def _with_parentheses(tex: str) -> str:
    tex = tex.strip()
    return tex if re.fullmatch(r"\\?\w+", tex) else f"({tex})"


def _tex_symbol(command: re.Match[str]) -> str:
    if command[1]:
        return command[1] if command[1] in _TEX_NAMES else _TEX_SYMBOLS.get(command[1], " ")
    return command[2] if command[2] in "$%&#_" else " "

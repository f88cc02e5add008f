"""Readable text out of Markdown, cut into sentences and, where one is too long, at a clause boundary.

Passages, meta descriptions and the offline model all take whole sentences from answers; this file is
the one place that knows where a sentence ends. Everything is pure and linear in the text's length.
"""

import re
from functools import lru_cache


def _list(words: str) -> list[str]:
    return words.split()


# --- Markdown to text ---------------------------------------------------------------------------

_FENCE = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[^\n]*\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_BLOCK_MARK = re.compile(
    r"[ \t]*(?:>[ \t]?)*[ \t]*(?:(#{1,6})[ \t]+(?:\d{1,3}[.)][ \t]+)?|([-*+])[ \t]+(?:\[[ xX]\][ \t]+)?|(\d{1,9}[.)])[ \t]+)?"
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
_TEX_SYMBOLS = dict(
    zip(
        _list(
            "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau"
            " phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
            " times cdot pm div le leq ge geq ne neq approx equiv sim propto infty sum prod int partial nabla"
            " to rightarrow Rightarrow leftrightarrow rightleftharpoons in cup cap ldots dots cdots circ degree"
        ),
        "αβγδεεζηθικλμνξπρστφφχψωΓΔΘΛΞΠΣΦΨΩ×·±÷≤≤≥≥≠≠≈≡~∝∞∑∏∫∂∇→→⇒↔⇌∈∪∩………°°",
        strict=True,
    )
)
_TEX_NAMES = frozenset(_list("sin cos tan log ln exp lim min max det"))


def plain(markdown: str) -> str:
    """The text a reader sees, without Markdown and TeX marks.

    Blocks (paragraphs, list items, headings, table rows) come out one line each with a blank line
    between them, code fences keep their lines; formulas become readable symbols (``$\\frac{a}{b}$``
    gives ``a/b``). Unknown marks stay as they are.
    """
    blocks: list[str] = []
    end = 0
    if "```" in markdown or "~~~" in markdown:
        for fence in _FENCE.finditer(markdown):
            _prose(markdown[end : fence.start()], blocks)
            if fence[2].strip():
                blocks.append(fence[2].strip("\n"))
            end = fence.end()
    _prose(markdown[end:], blocks)
    return "\n\n".join(blocks)


def _prose(markdown: str, blocks: list[str]) -> None:
    """Add the blocks of Markdown without fences."""
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
                blocks.append(_inline(" ".join(lines)))
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
                blocks.append(_inline(lines.pop()))
    blocks[:] = [block for block in blocks if block]


def _inline(text: str) -> str:
    """One block without its inline marks, white space collapsed."""
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
    """Code spans without their backticks; a run of them without an equal partner stays."""
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
    """Inline math made readable; two amounts of money that pair up stay as they are."""
    tight = not math[1][0].isspace() and not math[1][-1].isspace()
    if _MATH_SIGN.search(math[1].strip()) or (tight and not math[1][0].isdigit()):
        return _readable_tex(math[1])
    return math[0]


def _readable_tex(tex: str) -> str:
    """A formula as a reader would type it: symbols for commands, no braces where one token stands."""
    for _ in range(3):  # innermost groups first; deeper nesting keeps its braces' content only
        tex = _TEX_WRAPPER.sub(r"\1", tex)
        tex = _TEX_FRACTION.sub(lambda part: f"{_grouped(part[1])}/{_grouped(part[2])}", tex)
        tex = _TEX_ROOT.sub(r"√(\1)", tex)
    tex = _TEX_COMMAND.sub(_tex_symbol, tex)
    return " ".join(tex.replace("{", "").replace("}", "").split())


def _grouped(tex: str) -> str:
    tex = tex.strip()
    return tex if re.fullmatch(r"\\?\w+", tex) else f"({tex})"


def _tex_symbol(command: re.Match[str]) -> str:
    if command[1]:
        return command[1] if command[1] in _TEX_NAMES else _TEX_SYMBOLS.get(command[1], " ")
    return command[2] if command[2] in "$%&#_" else " "


# --- Text to sentences --------------------------------------------------------------------------

_PARAGRAPH = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_END = re.compile(r"""(?<![.!?…])[.!?…]++["'”’»)\]*_]*+(?=\s)|[。！？]+["”’」』）]*""")
_NEXT = re.compile(r"""\s*["'“‘«(\[*_¿¡$]*(\S+)""")
_LAST_WORD = re.compile(r"""["'“‘«(\[*_]*(\S*)\Z""")

# These never end a sentence: something always follows.
_OPEN_ABBREVIATIONS = frozenset(
    _list(
        "e.g i.e eg ie cf vs viz ca approx dr mr mrs ms prof rev hon st gen col sgt capt lt sen rep gov pres"
        " fig figs eq eqs ref refs sec ch chap vol pp ed eds trans no nos art resp dept univ al op cit mt ft"
    )
)
# These may: the next word decides.
_CLOSED_ABBREVIATIONS = frozenset(
    _list(
        "etc u.s u.k u.n u.s.a e.u a.m p.m b.c a.d b.c.e c.e ph.d m.d b.a m.a j.d d.c inc ltd co corp jr sr bros"
        " jan feb mar apr jun jul aug sep sept oct nov dec est min max"
    )
)
_MAYBE_OPEN = frozenset(_list("no art al ed ch ft ref sec st op ca col rep gen"))
_STARTERS = frozenset(
    _list(
        "the this that these those a an it its he she they we you i in on at by for from with as if when while"
        " although because since however moreover furthermore additionally thus therefore hence but and or so yet"
        " there here what how why who where which some many most all each every both another other such during"
        " after before overall finally first second third for instance similarly consequently meanwhile"
    )
)


def sentences(text: str) -> list[str]:
    """The sentences of a plain text, in order, each on one line.

    A blank line always ends one. Abbreviations, initials, decimals, enumerators and ellipses do not.
    Nothing is lost: the pieces joined hold every character but white space.
    """
    found: list[str] = []
    for paragraph in _PARAGRAPH.split(text):
        start = 0
        for end in _END.finditer(paragraph):
            if end.start() >= start and _ends_sentence(paragraph, start, end):
                _add(found, paragraph[start : end.end()])
                start = end.end()
        _add(found, paragraph[start:])
    return found


def _add(found: list[str], piece: str) -> None:
    piece = " ".join(piece.split())
    if piece:
        found.append(piece)


def _ends_sentence(text: str, start: int, end: re.Match[str]) -> bool:
    mark = end[0]
    if mark[0] in "。！？":
        return True
    following = _NEXT.match(text, end.end())
    if following is None:
        return True
    word = following[1]
    if word[0].islower() and not re.match(r"[a-z]{1,3}[A-Z\d]", word):
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    before = _LAST_WORD.search(text, max(start, end.start() - 40), end.start())
    token = before[1] if before else ""
    starter = word.rstrip(",.;:!?'’\"”)").casefold() in _STARTERS
    if token.casefold() == "no":
        return not word[0].isdigit()
    return _closes(token, starter, first=not text[start : end.start() - len(token)].strip(" *_(\t\n"))


def _closes(token: str, starter: bool, *, first: bool) -> bool:
    """Whether a single full stop behind ``token`` ends the sentence; ``starter``: the next word often begins one."""
    token = token.rsplit("(", 1)[-1]
    if not token:
        return True
    if first and (token.isdigit() and len(token) <= 3 or len(token) == 1):
        return False  # an enumerator: "1. Heading"
    low = token.casefold()
    if low in _MAYBE_OPEN:
        return starter
    if low in _OPEN_ABBREVIATIONS:
        return False
    if low in _CLOSED_ABBREVIATIONS or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", token):
        return starter
    if len(token) == 1 and token.isupper():
        return starter  # an initial, or "vitamin C. The"
    return True


# --- Shortening ---------------------------------------------------------------------------------

_STRONG_CUT = re.compile(
    r"\s*;\s|\s+[–—]\s+|—|:\s"
    r"|,?\s+(?=(?:because|whereas|while|although|though|so that|thereby|unless)\b)"
    r"|,\s+(?=(?:which|who|whose|where|when|since|but|so|yet|as|if|such as|including|especially|particularly"
    r"|even|rather|not|thus)\b|[a-z]{3,}ing\s+(?!and\b|or\b))"
)
_COORDINATED = re.compile(r",\s+(?=(?:and|or|nor)\b)")
_COMMA = re.compile(r",\s+")
_DANGLING = frozenset(
    _list(
        "a an the and or but nor so yet of in on at by for from with without to into onto as than that which who whose"
        " whom where when while if because since although though via per between among under over through during"
        " about against toward towards like such including is are was were be been being has have had can could may"
        " might must shall should will would do does did not no their its his her our your my this these those both"
        " either neither each every more most less very e.g i.e then also thus hence therefore however consequently"
        " particularly especially specifically not only just even both"
    )
)
_SUBORDINATE = frozenset(
    _list(
        "in on at by for from with without during when while although though because since if as after before unless"
        " despite given under through unlike like to whereas once until among between within throughout beyond"
        " whether however therefore moreover furthermore additionally overall finally thus hence"
    )
)
# Words that can hardly be anything but a finite verb: what has none of them before its first aside is no clause.
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|must|should|will|would|do|does|did|led|made|makes?"
    r"|became|becomes?|began|begins?|grew|grows?|rose|fell|gave|gives?|took|takes?|holds?|held|keeps?|kept"
    r"|brings?|brought|finds?|found|means|meant|seeks?|sought|arises?|arose|showed|allows?|leads|helps|helped"
    r"|supports|supported|uses|used|causes|caused|offers|offered|focuses|focused|works|worked|states"
    r"|(?:achiev|acknowledg|affect|appl|argu|assum|belong|challeng|combin|compris|consist|contain|contribut"
    r"|convert|correspond|creat|defin|demonstrat|depend|describ|determin|develop|differ|emphasi[sz]|enabl"
    r"|encourag|enhanc|ensur|exist|explain|express|facilitat|follow|foster|generat|highlight|identif|illustrat"
    r"|impl|improv|includ|indicat|inform|introduc|involv|maintain|mitigat|occur|operat|posit|possess|prevent"
    r"|prioriti[sz]|produc|promot|protect|provid|reduc|refer|reflect|regulat|reinforc|rel|remain|represent|requir"
    r"|reveal|serv|strengthen|suffer|suggest|symboli[sz]|tend|transform|undermin|underscor|var)"
    r"(?:e|es|s|ed|d|y|ies|ied)?)\b"
)
_ASIDE = re.compile(
    r",\s+(?:which|who|whose|where|when|such as|including|particularly|especially|[a-z]+ing)\b"
)
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("«", "»"))
_MIN_WORDS = 5


def shorten(sentence: str, max_chars: int) -> str | None:
    """The sentence in at most ``max_chars`` characters: whole, or cut where a clause ends.

    A cut never falls inside a word, a list, a bracket, a quotation or a formula, leaves no conjunction,
    preposition or auxiliary dangling, and is closed with a full stop. None where no such cut leaves
    something that can stand alone.
    """
    text = " ".join(sentence.split())
    whole = _closed(text)
    if whole and len(whole) <= max_chars and _balanced(whole):
        return whole
    for cut in _cuts(text[: max_chars + 2], text):
        kept = _trimmed(text[:cut])
        if len(kept) < max_chars and _stands_alone(kept):
            return f"{kept}."
    return None


def clauses(sentence: str) -> list[str]:
    """The sentence cut at every strong clause boundary, marks and connectives kept with what follows."""
    pieces: list[str] = []
    start = 0
    sentence = " ".join(sentence.split())
    for cut in _STRONG_CUT.finditer(sentence):
        if _balanced(sentence[: cut.start()]):
            _add(pieces, sentence[start : cut.end()])
            start = cut.end()
    _add(pieces, sentence[start:])
    return pieces


def _closed(text: str) -> str | None:
    """The text with its final mark; None where it is empty or trails off."""
    if text.endswith(("...", "…")):
        return None
    if text.rstrip("\"'”’)]*_").endswith((".", "!", "?")):
        return text
    kept = _trimmed(text)
    return f"{kept}." if kept == text.rstrip(" ,;:–—-") and kept else None


def _cuts(head: str, text: str) -> list[int]:
    """Where to cut, best first: the latest strong boundary down to the earliest, then coordination, then commas."""
    strong = [cut.start() for cut in _STRONG_CUT.finditer(head)]
    coordinated = [cut.start() for cut in _COORDINATED.finditer(head) if "," not in head[: cut.start()]]
    cuts = sorted({*strong, *coordinated}, reverse=True)
    if ", and " not in text and ", or " not in text:
        cuts += [cut.start() for cut in reversed(list(_COMMA.finditer(head)))]
    return cuts


def _trimmed(text: str) -> str:
    """Without trailing marks and without words that need something behind them."""
    text = text.rstrip(" ,;:–—-*_")
    while True:
        head, _, word = text.rpartition(" ")
        if not head or word.strip("\"'“”‘’(),.").casefold() not in _DANGLING:
            return text
        text = head.rstrip(" ,;:–—-*_")


def _stands_alone(text: str) -> bool:
    words = text.split()
    if len(words) < _MIN_WORDS or not _balanced(text) or text.endswith((".", "!", "?", "…")):
        return False
    clause = text.rpartition(": ")[2]
    first = clause.split(maxsplit=1)[0].strip("\"'“‘(").rstrip(",").casefold()
    if first in _SUBORDINATE or first.endswith("ing"):
        _, comma, rest = clause.partition(", ")
        if comma:
            clause = rest
        elif first in _SUBORDINATE:
            return False
    clause = _ASIDE.split(clause, maxsplit=1)[0]
    return len(clause.split()) >= 3 and _VERB.search(clause) is not None


@lru_cache(maxsize=512)
def _balanced(text: str) -> bool:
    if any(text.count(opening) != text.count(closing) for opening, closing in _PAIRS):
        return False
    return (
        text.count('"') % 2 == 0
        and text.count("$") % 2 == 0
        and text.count("`") % 2 == 0
        and text.count("**") % 2 == 0
    )

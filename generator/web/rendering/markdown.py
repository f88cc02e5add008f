"""Renders Markdown as safe HTML with the structure that the site's renderer produces.

The site parses CommonMark with GFM tables, strike-through and ``$`` math, and shows HTML as text. After rendering, the
HTML is sanitised: scripts, styles, event handlers, images, and addresses other than of web pages are removed.
"""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import chain
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from generator.content.display import plural
from generator.content.markdown.block_parser import MAX_NESTING, fence_rule, math_rule
from generator.content.markdown.spans import closing_run
from generator.web.rendering.mathml import mathml

TEXT_TAGS = [
    "p",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "s",
    "a",
    "span",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
]
MATH_TAGS = [
    "math",
    "mrow",
    "mi",
    "mn",
    "mo",
    "mtext",
    "mspace",
    "mfrac",
    "msqrt",
    "mroot",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mtable",
    "mtr",
    "mtd",
    "mstyle",
    "mpadded",
    "mphantom",
    "menclose",
    "mmultiscripts",
    "mprescripts",
    "none",
    "merror",
    "ms",
]
_UNLIKE = "unlike"
_SIZES = {
    "width",
    "height",
    "depth",
    "lspace",
    "rspace",
    "voffset",
    "mathvariant",
    "mathcolor",
    "mathbackground",
    "mathsize",
}
_MATH_ATTRIBUTES = {
    "math": {"display"},
    "mo": {
        "stretchy",
        "fence",
        "form",
        "separator",
        "accent",
        "largeop",
        "movablelimits",
        "minsize",
        "maxsize",
    },
    "mfrac": {"linethickness", "bevelled"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines", "displaystyle"},
    "mtd": {"columnalign", "columnspan", "rowspan"},
    "menclose": {"notation"},
}
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "ol": {"start"},
    "th": {"class"},
    "td": {"class"},
    "code": {"class", "title"},
    "span": {"class", "title"},
    **{tag: _SIZES | _MATH_ATTRIBUTES.get(tag, set()) for tag in MATH_TAGS},
}
_CLASSES = {
    "code": {"tex", "tex-error"},
    "span": {"no-image", "lost", "unlike"},
    "p": {"unlike-note"},
    "th": {"left", "center", "right"},
    "td": {"left", "center", "right"},
    "mtd": {"rule-left", "rule-right", "rule-top", "rule-bottom"},
}
MOST_CHARS = 80_000
MOST_LINES = 4_000


@lru_cache(maxsize=256)
def render(markdown: str) -> str:
    """The sanitised HTML of an answer. One that is far longer than any article is shown as plain text."""
    if len(markdown) > MOST_CHARS or markdown.count("\n") > MOST_LINES:
        return f"<pre><code>{escape(markdown)}</code></pre>\n"
    unlike: list[tuple[str, ...]] = []
    html = str(_RENDERER.render(markdown, {_UNLIKE: unlike}))
    return _CLEANER.clean(html + _note(unlike))


def _note(unlike: Sequence[tuple[str, ...]]) -> str:
    """What to know about formulas that look different on the site; empty without any."""
    if not unlike:
        return ""
    count = len(unlike)
    listed = ", ".join(f"<code>{escape(name)}</code>" for name in dict.fromkeys(chain.from_iterable(unlike)))
    text = f"{plural(count, 'formula')} {'look' if count > 1 else 'looks'} different on the site: {listed}"
    return f'<p class="unlike-note">{text}</p>\n'


def _math_inline(state: StateInline, silent: bool) -> bool:
    """Parses ``$…$`` like the site: a run of dollars is closed by the next run of the same length."""
    start = state.pos
    if state.src[start] != "$":
        return False
    end = start
    while end < state.posMax and state.src[end] == "$":
        end += 1
    mark = state.src[start:end]
    close = closing_run(state.src, mark, end, state.posMax)
    if close is None:
        if not silent:
            state.pending += mark
        state.pos = end
        return True
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = state.src[end:close]
    state.pos = close + len(mark)
    return True


def _formula(tex: str) -> str:
    """The TeX of an inline formula: line breaks become spaces, and one space at both ends is removed."""
    text = tex.replace("\n", " ")
    padded = len(text) > 2 and text[0] == text[-1] == " " and text.strip()
    return text[1:-1] if padded else text


def _show_math_inline(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return _shown(_formula(tokens[index].content), False, env)


def _show_math_flow(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    lost = token.info.strip()
    note = f'<span class="lost">{escape(lost)}</span>' if lost else ""
    return f"<p>{_shown(token.content.rstrip(chr(10)), True, env)}{note}</p>\n"


def _shown(tex: str, display: bool, env: dict[str, list[tuple[str, ...]]]) -> str:
    """The HTML of a formula; commands that look different on the site are added to ``env``."""
    formula = mathml(tex, display)
    if formula.unlike:
        env[_UNLIKE].append(formula.unlike)
    return formula.html


def _show_html(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return escape(tokens[index].content)


def _show_image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    return f'<span class="no-image">{escape(token.content)} [image {escape(str(token.attrs.get("src", "")))}]</span>'


def _show_fence(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    if token.info.strip() == "math":
        return _show_math_flow(self, [Token("math_flow", "", 0, content=token.content)], 0, options, env)
    return f"<pre><code>{escape(token.content)}</code></pre>\n"


def _align_by_class(state: Any) -> None:
    """Replaces the inline style of table cells by a class, because the page allows no inline style."""
    for token in state.tokens:
        style = str(token.attrs.pop("style", "")) if token.type in {"th_open", "td_open"} else ""
        if style:
            token.attrs["class"] = style.removeprefix("text-align:")


def _renderer() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING, "strikethrough_single_tilde": True}).enable(
        ["table", "strikethrough"]
    )
    interrupts: Any = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.at("fence", fence_rule, interrupts)
    parser.block.ruler.before("fence", "math_flow", math_rule, interrupts)
    parser.inline.ruler.after("escape", "math_inline", _math_inline)
    parser.core.ruler.push("align_by_class", _align_by_class)
    for name, show in (
        ("math_inline", _show_math_inline),
        ("math_flow", _show_math_flow),
        ("html_block", _show_html),
        ("html_inline", _show_html),
        ("image", _show_image),
        ("fence", _show_fence),
    ):
        parser.add_render_rule(name, show)
    return parser


def _web_address(tag: str, name: str, value: str) -> str | None:
    """The address of a link if it is absolute, else None. A draft must not link to pages of this server."""
    if name == "href" and not value.lower().startswith(("https://", "http://", "mailto:")):
        return None
    return value


_RENDERER = _renderer()
_CLEANER = nh3.Cleaner(
    tags={*TEXT_TAGS, *MATH_TAGS},
    attributes={tag: allowed - {"class"} for tag, allowed in ATTRIBUTES.items()},
    allowed_classes=_CLASSES,
    attribute_filter=_web_address,
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)

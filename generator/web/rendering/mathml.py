"""Converts TeX to MathML for the preview. The browser renders MathML without a script, a font or a request.

A formula that KaTeX cannot render is shown as on the site: its TeX in red, with the reason. A formula that the preview
shows in another way than the site is marked.
"""

import re
from functools import lru_cache
from html import escape
from typing import NamedTuple

from latex2mathml import converter, exceptions

from generator.content.katex.errors import katex_error
from generator.web.rendering.math_layout import for_browsers, for_converter
from generator.web.rendering.unlike_formulas import unlike

# Alignments that the converter cannot render. They are converted as align*.
_ALIGNED = re.compile(
    r"\\(?:begin\{(?P<at>align(?:ed)?at\*?)\}\s*\{[^{}]*\}"
    r"|(?P<edge>begin|end)\{(?:align(?:ed)?(?:at)?\*?|split|gathered|gather\*?|equation\*?)\})"
)

# The converter has no common base class for its errors.
_CONVERTER_ERRORS: tuple[type[Exception], ...] = (
    *(
        error
        for error in vars(exceptions).values()
        if isinstance(error, type) and issubclass(error, Exception)
    ),
    ValueError,
    LookupError,
    RecursionError,
    StopIteration,
)


class ShownFormula(NamedTuple):
    """A formula of the preview.

    Attributes:
        html: HTML that must still be sanitised: ``<math>``, or ``<code>`` if it cannot be converted.
        unlike: its commands that look different on the site.
    """

    html: str
    unlike: tuple[str, ...] = ()


@lru_cache(maxsize=2048)
def mathml(tex: str, display: bool) -> ShownFormula:
    """The formula as the preview shows it.

    Args:
        display: whether the formula is a block of its own.
    """
    error = katex_error(tex, display)
    if error is not None:
        return ShownFormula(_code("tex-error", tex, f"The site shows this formula in red: {error}"))
    try:
        converted = str(
            converter.convert(
                _ALIGNED.sub(_as_align, for_converter(tex)), display="block" if display else "inline"
            )
        )
    except _CONVERTER_ERRORS:
        return ShownFormula(_code("tex", tex, "This preview cannot show the formula; the site can"), (tex,))
    shown = for_browsers(converted, tex)
    commands = unlike(tex, shown)
    if commands:
        title = escape(f"Looks different on the site: {', '.join(commands)}")
        shown = f'<span class="unlike" title="{title}">{shown}</span>'
    return ShownFormula(shown, commands)


def _code(kind: str, tex: str, title: str) -> str:
    return f'<code class="{kind}" title="{escape(title)}">{escape(tex)}</code>'


def _as_align(match: re.Match[str]) -> str:
    return rf"\{match['edge'] or 'begin'}{{align*}}"

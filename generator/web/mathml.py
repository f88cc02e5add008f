"""Converts TeX to MathML for the preview. The browser renders MathML without a script, a font or a request.

A formula that KaTeX cannot render is shown as on the site: its TeX in red, with the reason.
"""

import re
from functools import lru_cache
from html import escape

from latex2mathml import converter, exceptions

from generator.content.katex.errors import katex_error
from generator.web.math_layout import for_browsers, for_converter

# Alignments that the converter cannot render. They are converted as align*.
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|alignedat|align|split|gathered|gather\*?|equation\*?)\}")

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


@lru_cache(maxsize=2048)
def mathml(tex: str, display: bool) -> str:
    """The formula as HTML that must still be sanitised: ``<math>``, or ``<code>`` if it cannot be converted.

    Args:
        display: whether the formula is a block of its own.
    """
    error = katex_error(tex, display)
    if error is not None:
        title = escape(f"The site shows this formula in red: {error}")
        return f'<code class="tex-error" title="{title}">{escape(tex)}</code>'
    try:
        converted = converter.convert(
            _ALIGNED.sub(r"\\\1{align*}", for_converter(tex)), display="block" if display else "inline"
        )
    except _CONVERTER_ERRORS:
        title = "This preview cannot show the formula; the site can"
        return f'<code class="tex" title="{title}">{escape(tex)}</code>'
    return for_browsers(str(converted), tex)

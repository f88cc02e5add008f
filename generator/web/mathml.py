"""TeX to MathML, which the browser sets itself: no script, no font, no request. For a person's eyes, not the site's.

A formula that KaTeX would refuse is shown as the site shows it: its TeX in red, with the reason.
"""

import re
from functools import lru_cache
from html import escape

from latex2mathml import converter, exceptions

from generator.content.katex.errors import katex_error

# Alignments that the converter does not lay out, by those it does.
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|alignedat|align|split|gathered|gather\*?|equation\*?)\}")

# Every error of the converter is a class of its own below Exception.
_UNREADABLE: tuple[type[Exception], ...] = (
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
    """The formula as HTML that still has to be sanitised: ``<math>``, or ``<code>`` where it cannot be set."""
    error = katex_error(tex, display)
    if error is not None:
        title = escape(f"The site shows this formula in red: {error}")
        return f'<code class="tex-error" title="{title}">{escape(tex)}</code>'
    try:
        made = converter.convert(_ALIGNED.sub(r"\\\1{align*}", tex), display="block" if display else "inline")
    except _UNREADABLE:
        return f'<code class="tex" title="This preview cannot set the formula; the site can">{escape(tex)}</code>'
    return str(made)

"""Which commands of a formula the preview shows in another way than the site.

The converter writes a command that it does not know as text. Others are in a table: their layout differs, or they do
nothing in the preview.
"""

import re
from collections.abc import Iterator
from html import unescape

from generator.content.katex.commands import names

_COMMAND = re.compile(r"\\(?:begin\s*\{(?P<environment>[^{}]*)\}|[A-Za-z@]+\*?|.)", re.DOTALL)
_UNKNOWN = re.compile(r"\\[A-Za-z@]+")
_TAG = re.compile(r"<[^>]*>")
_DOLLAR_IN_TEXT = re.compile(r"<mtext[^>]*>[^<]*\$[^<]*\$")

_COMMANDS = names(
    r"\tag \tag* \substack \nolimits \smash \raisebox \vcenter \rlap \llap \clap \mathrlap \mathllap \mathclap \fcolorbox"
    r" \underbar \utilde \href \url \includegraphics \sout \phase \angl \angln \mathchoice \widehat \widetilde \widecheck \cr \newline \varliminf"
    r" \varlimsup \varinjlim \varprojlim \injlim \projlim \lang \rang \sixptsize \textbf \textit \textsf \texttt \emph"
    r" \operatorname@ \cfrac \middle \overgroup \undergroup \def \gdef \edef \xdef \let \futurelet \newcommand"
    r" \renewcommand \providecommand \verb"
)
_ENVIRONMENTS = names(
    "CD subarray gathered gather gather* dcases rcases drcases matrix* pmatrix* bmatrix* Bmatrix* vmatrix* Vmatrix*"
    " darray equation align gather alignat"  # the last four have numbers on the site
)


def unlike(tex: str, markup: str) -> tuple[str, ...]:
    """The commands of a formula that look different on the site; ``markup`` is the MathML of the preview."""
    return tuple(dict.fromkeys([*_listed(tex), *_unknown(markup)]))


def _listed(tex: str) -> Iterator[str]:
    for match in _COMMAND.finditer(tex):
        environment = match["environment"]
        if environment is not None and environment in _ENVIRONMENTS:
            yield environment
        elif environment is None and match[0] in _COMMANDS:
            yield match[0]


def _unknown(markup: str) -> Iterator[str]:
    yield from _UNKNOWN.findall(unescape(_TAG.sub(" ", markup)))
    if _DOLLAR_IN_TEXT.search(markup):
        yield r"\text"

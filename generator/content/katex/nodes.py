"""The nodes of KaTeX's parse tree, reduced to what KaTeX's own checks read, and the check of lengths."""

import re
from typing import NamedTuple

from generator.content.katex import commands
from generator.content.katex.lexer import TexError

_SIZE = re.compile(r"[-+]? *(?:\d+(?:\.\d*)?|\.\d+) *([a-z]{2})", re.ASCII)
_UNITS = commands.names("pt mm cm in bp pc dd cc nd nc sp px ex em mu")


class Node(NamedTuple):
    """A node of the parse tree; ``kind`` is KaTeX's type of the node."""

    kind: str
    text: str = ""
    body: tuple["Node", ...] = ()

    @property
    def is_symbol(self) -> bool:
        return self.kind in {"textord", "symbol"}


def check_size(text: str) -> None:
    """Raises TexError unless ``text`` contains a length with a unit that KaTeX knows."""
    match = _SIZE.search(text)
    if match is None:
        raise TexError(f"invalid size {text!r}")
    if match[1] not in _UNITS:
        raise TexError(f"invalid unit {match[1]!r}")

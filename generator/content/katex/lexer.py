"""Splits TeX source into tokens as KaTeX does; defines the error that every part of the grammar raises."""

import re

EOF = "EOF"

_TOKEN = re.compile(
    r"(?P<space>[ \r\n\t]+)"
    r"|(?P<control_space>\\(?:\n|[ \r\t]+\n?)[ \r\t]*)"
    r"|(?P<single>[!-\[\]-\u2027\u202a-\ud7ff\uf900-\uffff\U00010000-\U0010ffff][\u0300-\u036f]*"
    r"|\\verb\*(?P<star>[^\n])[^\n\r\u2028\u2029]*?(?P=star)"
    r"|\\verb(?P<plain>[^*a-zA-Z])[^\n\r\u2028\u2029]*?(?P=plain))"
    r"|(?P<word>\\[a-zA-Z@]+)[ \r\n\t]*"
    r"|(?P<symbol>\\[\u0000-\ud7ff\ue000-\uffff])"
)

COMMENT, ACTIVE, OTHER = 14, 13, 12  # TeX's category codes


class TexError(Exception):
    """A formula that KaTeX rejects; ``reason`` is a message for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Token(str):
    """A token of \\noexpand or \\let: if it is a macro, it is not expanded."""

    __slots__ = ("relax",)
    relax: bool

    @classmethod
    def frozen(cls, text: str, *, relax: bool = False) -> "Token":
        token = cls(text)
        token.relax = relax
        return token


class Lexer:
    """Reads the tokens of one source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.category = {"%": COMMENT, "~": ACTIVE}
        self._position = 0

    def next(self) -> str:
        """The next token; a run of white space is one space, and at the end every token is ``EOF``.

        Raises:
            TexError: a character that is not allowed in TeX.
        """
        while True:
            if self._position >= len(self.source):
                return EOF
            match = _TOKEN.match(self.source, self._position)
            if match is None:
                raise TexError(f"unexpected character {self.source[self._position]!r}")
            self._position = match.end()
            if match["space"] is not None:
                return " "
            if match["control_space"] is not None:
                return "\\ "
            token: str = match["single"] or match["word"] or match["symbol"]
            if self.category.get(token) != COMMENT:
                return token
            line_end = self.source.find("\n", self._position)
            self._position = len(self.source) if line_end < 0 else line_end + 1

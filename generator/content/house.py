"""The team's own terms: words that its texts avoid, what they write instead, and where a text uses an avoided one."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import Field, field_validator

from generator.content.frozen_model import FrozenModel
from generator.content.markdown.spans import prose_of

_QUOTED = re.compile(
    r"“[^”\n]*”|„[^“”\n]*[“”]|«[^»\n]*»|(?<!\w)‘[^’\n]*(?:’\w[^’\n]*)*’(?!\w)|(?<!\w)\"[^\"\n]*\"(?!\w)"
    r"|^[ \t]*>.*$"
    r"|(?<![*\w\\])\*(?![*\s])[^*\n]+\*(?![*\w])|(?<![_\w\\])_(?![_\s])[^_\n]+_(?![_\w])",
    re.MULTILINE,
)
"""Quotations, and italics, which are titles of works, foreign terms and names of species."""


class Term(FrozenModel):
    """What is written instead of an avoided term, and why.

    Attributes:
        preferred: empty to leave the term out.
        reason: in a few words; empty without one.
    """

    preferred: str = ""
    reason: str = ""


class TermUse(NamedTuple):
    """A use of an avoided term: its place in the text, as ``start`` and exclusive ``end``, and the term."""

    start: int
    end: int
    avoided: str
    term: Term


class House(FrozenModel):
    """The terms that the team's texts avoid, by the avoided term.

    A term without a capital letter is avoided in any case; any other only as it is written.
    """

    terms: dict[str, Term] = Field(default_factory=dict)

    @field_validator("terms", mode="before")
    @classmethod
    def _expanded(cls, value: object) -> object:
        """Read ``avoided: preferred`` as a term without a reason."""
        if not isinstance(value, Mapping):
            return value
        terms: dict[Any, Any] = {}
        for avoided, term in value.items():
            name = " ".join(str(avoided).split())
            if not name:
                raise ValueError("a term is empty")
            terms[name] = {"preferred": term or ""} if term is None or isinstance(term, str) else term
        return terms

    def uses(self, text: str) -> Iterator[TermUse]:
        """The avoided terms that a Markdown text uses as whole words; code, formulas, quotations and italics are left out."""
        if not self.terms:
            return
        prose = _QUOTED.sub(lambda found: " " * len(found[0]), prose_of(text))
        taken: list[tuple[int, int]] = []
        for avoided in sorted(self.terms, key=len, reverse=True):
            for found in _pattern(avoided).finditer(prose):
                start, end = found.span()
                if not any(start < last and first < end for first, last in taken):
                    taken.append((start, end))
                    yield TermUse(start, end, avoided, self.terms[avoided])


@lru_cache(maxsize=1024)
def _pattern(term: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, term.split()))
    flags = re.IGNORECASE if term == term.lower() else re.NOFLAG
    return re.compile(rf"(?<!\w)(?<!\w['’]){words}(?!\w)(?!['’](?!s\b)\w)", flags)

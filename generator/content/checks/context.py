"""What the checks know beside the article itself: the question, the limits, the reply, the passages, the path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from generator.content.limits import Limits
from generator.content.site import Site
from generator.content.subjects import SubjectList

Grounding = Literal["off", "preferred", "required"]

_WORD = re.compile(r"[^\W_]+")
_ASCII_MARKS = {code: " " for code in range(128) if not _WORD.match(chr(code))}


def bare_words(text: str) -> list[str]:
    """The words of a text in lower case, without any mark: what two copies have in common."""
    folded = text.casefold()
    if folded.isascii():
        return folded.translate(_ASCII_MARKS).split()
    return _WORD.findall(folded)


class BarePassage(NamedTuple):
    """A passage as bare words with a space around each, for the search of verbatim runs, and which words it has."""

    text: str
    words: frozenset[str]


@lru_cache(maxsize=256)
def _bare(text: str) -> BarePassage:
    """Kept, since the drafts of one run quote the same passages again and again."""
    words = bare_words(text)
    return BarePassage(f" {' '.join(words)} ", frozenset(words))


@dataclass(frozen=True, kw_only=True)
class CheckContext:
    """The surroundings of one check.

    ``question`` may stay empty for an article file, which carries its own. ``passages`` maps the ids that the
    prompt quoted to their text, and ``sources`` holds those ids that stand for the team's own sources: only they
    support a point. ``subjects`` are those of the site, ``subject`` is the one that the question came with.
    ``site`` is the one that the article is for; ``folder`` and ``name`` are the last two parts of an article file's path.
    """

    question: str = ""
    limits: Limits = Limits()
    site: Site = Site()
    offline: bool = False
    finish_reason: str | None = None
    passages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sources: frozenset[str] = frozenset()
    grounding: Grounding = "off"
    subjects: SubjectList = field(default_factory=lambda: SubjectList(()))
    subject: str | None = None
    folder: str | None = None
    name: str | None = None

    @cached_property
    def bare_passages(self) -> Mapping[str, BarePassage]:
        """The passages as bare words."""
        return {id_: _bare(text) for id_, text in self.passages.items()}

"""What the checks need besides the article: the question, the limits, the reply, the passages, the path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from generator.content.house import House
from generator.content.limits import Limits
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList

Grounding = Literal["off", "preferred", "required"]

_WORD = re.compile(r"[^\W_]+")
_ASCII_MARKS = {code: " " for code in range(128) if not _WORD.match(chr(code))}


def bare_words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation and formatting."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered.translate(_ASCII_MARKS).split()
    return _WORD.findall(lowered)


class BarePassage(NamedTuple):
    """A passage prepared for the search of copied runs: its bare words with a space around each, and as a set."""

    text: str
    words: frozenset[str]


@lru_cache(maxsize=256)
def _bare(text: str) -> BarePassage:
    # Cached because the drafts of one run quote the same passages.
    words = bare_words(text)
    return BarePassage(f" {' '.join(words)} ", frozenset(words))


@dataclass(frozen=True, kw_only=True)
class CheckContext:
    """What one check needs besides the article.

    Attributes:
        published: whether the article is checked as a published page; :func:`check_view` sets it.
        question: the question; may be empty for an article file, which has its own.
        site: the site that the article is for.
        house: the terms that the team avoids.
        offline: whether the offline model wrote the article.
        finish_reason: why the endpoint ended the reply; None for a file.
        passages: the texts of the passages in the prompt, by their ids.
        sources: the ids of the passages from the team's own sources; only these support a point.
        grounding: whether points must name their sources.
        subjects: the subjects of the site; empty: any subject is accepted.
        subject: the subject that the question came with; None where the model chooses one.
        folder: the folder of the article file, without its parents; None where the path is not known.
        name: the name of the article file; None where the path is not known.
    """

    published: bool = False
    question: str = ""
    limits: Limits = Limits()
    site: Site = Site()
    house: House = House()
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
        """The passages as bare words, by their ids."""
        return {id_: _bare(text) for id_, text in self.passages.items()}

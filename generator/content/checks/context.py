"""What the checks know beside the article itself: the question, the limits, the reply, the passages, the path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal

from generator.content.limits import Limits

Grounding = Literal["off", "preferred", "required"]

_WORD = re.compile(r"[^\W_]+")


def bare_words(text: str) -> list[str]:
    """The words of a text in lower case, without any mark: what two copies have in common."""
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=512)
def _bare(text: str) -> str:
    """A passage as bare words; the drafts of one run quote the same passages again and again."""
    return f" {' '.join(bare_words(text))} "


@dataclass(frozen=True, kw_only=True)
class CheckContext:
    """The surroundings of one check.

    ``question`` may stay empty for an article file, which carries its own. ``passages`` maps the ids that the
    prompt quoted to their text, and ``sources`` holds those ids that stand for the team's own sources: only they
    support a point. ``subjects`` are the canonical names, ``subject`` is the one that the question came with.
    ``folder`` and ``name`` are the last two parts of an article file's path.
    """

    question: str = ""
    limits: Limits = Limits()
    offline: bool = False
    finish_reason: str | None = None
    passages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sources: frozenset[str] = frozenset()
    grounding: Grounding = "off"
    subjects: tuple[str, ...] = ()
    subject: str | None = None
    folder: str | None = None
    name: str | None = None

    @cached_property
    def passage_words(self) -> Mapping[str, str]:
        """The passages as bare words with a space around each, for the search of verbatim runs."""
        return {id_: _bare(text) for id_, text in self.passages.items()}

    @cached_property
    def canonical_subjects(self) -> Mapping[str, str]:
        """Case-folded name to canonical name."""
        return {name.casefold(): name for name in self.subjects}

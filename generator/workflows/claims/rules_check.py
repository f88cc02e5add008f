"""Checks a page without a model: finds claims by rules, and holds them against its passages and the best of all sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content.claims.compare import SourcePassage, verdict_by_rules
from generator.content.claims.find import find_claims
from generator.content.claims.verdict import UNCHECKED
from generator.store.ledger.claims import CheckedClaim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.claims.claim import Claim
    from generator.store.corpus.index import CorpusIndex
    from generator.workflows.pages.page import Page

_CHARS_OF_SENTENCE = 3_000
_CLAUSE = re.compile(r"[;:–—]\s|,\s(?=(?:and|but|while|whereas|which|who|so|because|although)\b)")
MOST_CHARS = 16_000
"""The most characters of passages that a page's claims are judged against by a model."""


@dataclass(frozen=True, slots=True)
class RulesCheck:
    """The claims of a page with what rules say of them; ``passages`` are all that they were held against."""

    checked: tuple[CheckedClaim, ...]
    passages: tuple[SourcePassage, ...]

    @property
    def left(self) -> int:
        """How many claims the rules decide nothing about."""
        return sum(item.verdict == UNCHECKED for item in self.checked)


def check_by_rules(page: Page, index: CorpusIndex) -> RulesCheck:
    """Find the claims of a page and check them without a model.

    Args:
        index: the sources; its published articles are not used.
    """
    passages = {passage.text: passage for passage in page.passages}
    checked = [_checked(claim, page.passages) for claim in find_claims(page.texts)]
    for at, item in enumerate(checked):
        if item.verdict == UNCHECKED:
            found = _best_of_all(item.claim, index, passages)
            checked[at] = _checked(item.claim, found)
    return RulesCheck(tuple(checked), tuple(passages.values()))


def _checked(claim: Claim, passages: Sequence[SourcePassage]) -> CheckedClaim:
    return CheckedClaim(claim, verdict_by_rules(claim, passages) or UNCHECKED)


def _best_of_all(claim: Claim, index: CorpusIndex, passages: dict[str, SourcePassage]) -> list[SourcePassage]:
    """The best passages of all sources for a claim; new ones are added to ``passages``.

    They are sought by the sentence, and where none matches the whole of it, by the part of it that has the words.
    """
    parts = index.source_passages(claim.sentence, limit_chars=_CHARS_OF_SENTENCE)
    if not parts:
        parts = index.source_passages(_clause_of(claim), limit_chars=_CHARS_OF_SENTENCE)
    found = []
    for part in parts:
        text = f"**{part.heading}**: {part.text}" if part.heading else part.text
        if text not in passages:
            passages[text] = SourcePassage(f"x{len(passages) + 1}", part.title, text)
        found.append(passages[text])
    return found


def _clause_of(claim: Claim) -> str:
    """The part of the sentence that has the words, between semicolons, colons, dashes and commas before a conjunction."""
    at = claim.start - claim.sentence_start
    ends = [0, *(mark.end() for mark in _CLAUSE.finditer(claim.sentence)), len(claim.sentence)]
    start = max(end for end in ends if end <= at)
    stop = min((end for end in ends if end >= at + len(claim.words)), default=len(claim.sentence))
    return claim.sentence[start:stop]

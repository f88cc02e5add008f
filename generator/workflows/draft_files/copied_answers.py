"""Finds the page or draft whose answer a draft has, although it answers another question.

Pages are those of the index, drafts those of the ledger that are open or approved, and those that a run has made and not
recorded yet. A draft is compared with the few that share the most words with it. Questions that are word for word the
same are not compared: they are duplicates for other reasons, or earlier results of the same question.

The answer of a published page is an error in what a model or a person wrote. It is a warning in what the offline model
wrote, which quotes pages and is not published unless the settings allow it; so is the answer of another draft, because
which of the two is wrong is for a person to say.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.content.checks import register
from generator.content.checks.rules import Rule
from generator.content.duplicates.answers import overlap, shingles
from generator.content.duplicates.same_answer import is_copied_answer
from generator.content.findings import Finding, Severity
from generator.content.frontmatter import read
from generator.content.markdown.line_breaks import decode
from generator.content.text import normalise_question
from generator.errors import FrontMatterError
from generator.workflows.ports import HasCorpus, HasDrafts, HasSettings

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator

    from generator.content.states import DraftState
    from generator.store.ledger.drafts.rewritten_page import RewrittenPage

COPIED = register(
    Rule(
        "answer-of-another-page",
        "Another page or draft has nearly the same answer",
        "The answer is that to another question: a reader who asks this one is not answered, and search engines show"
        " one of two pages with the same text.",
        draft="error",
        published=None,
        fields=("answer",),
        needs="reply",
    )
)
_OPEN: tuple[DraftState, ...] = ("drafted", "needs_fix", "approved", "publishing")
_COMPARED = 3
"""So many pages, and so many drafts, are compared with a draft."""
_FEWEST_SHINGLES = 20
"""Shorter answers share so much by chance; that they are too short is a finding of its own."""
_MOST_CHARS = 20_000
"""A longer answer is compared by its beginning."""
_NOT_RECORDED = 32
"""The newest drafts of a run that are compared without the ledger: as many as are in flight by default."""


class CopiedAnswerServices(HasSettings, HasDrafts, HasCorpus, Protocol):
    """What comparing the answers of drafts takes."""


class ComparedDraft(NamedTuple):
    """A draft whose answer is compared.

    Args:
        key: ``subject/slug``; None where it has none yet.
        id: in the ledger; None for one that is not there.
        offline: whether the offline model wrote it.
        page: the published page that it rewrites; None for a new article.
    """

    question: str
    key: str | None
    id: int | None = None
    offline: bool = False
    page: RewrittenPage | None = None


class _Other(NamedTuple):
    """Another page or draft: its name, its question, and the shingles of its answer."""

    name: str
    question: str
    shingles: array[int]
    is_page: bool = False


class _Copy(NamedTuple):
    """How much of an answer another page or draft has; pages come before drafts."""

    is_page: bool
    share: float


class CopiedAnswers:
    """The answers of the site and of its drafts, for the drafts of one ledger."""

    def __init__(self, services: CopiedAnswerServices) -> None:
        self._drafts = services.drafts
        self._index = services.index
        self._is_on = services.settings.duplicates.compare_answers
        self._newest: deque[_Other] = deque(maxlen=_NOT_RECORDED)

    def finding(self, data: bytes, draft: ComparedDraft) -> Finding | None:
        """The finding on the answer of a draft's file; None where no other page or draft has it.

        A rewrite is compared neither with its page nor with those that it merges, nor with a page that has the answer
        of its page already.
        """
        if not self._is_on:
            return None
        answer = _answer_of(data)
        own = shingles(answer)
        if len(own) < _FEWEST_SHINGLES:
            return None
        copies = self._copies(answer, own, draft)
        if copies and draft.page is not None:
            published = _answer_of(draft.page.text.encode())
            before = self._copies(published, shingles(published), draft)
            copies = {name: copy for name, copy in copies.items() if name not in before}
        if not copies:
            return None
        name, copy = max(copies.items(), key=lambda item: item[1])
        message = f"is {copy.share:.0%} that of {name}, which answers another question; answer this one"
        severity: Severity = "error" if copy.is_page and not draft.offline else "warning"
        return Finding(COPIED.code, severity, "answer", message)

    def add(self, data: bytes, draft: ComparedDraft) -> None:
        """Add a draft that is not recorded yet."""
        if not self._is_on:
            return
        name = draft.key or repr(draft.question)
        self._newest.append(_Other(name, draft.question, shingles(_answer_of(data))))

    def _copies(self, answer: str, own: array[int], draft: ComparedDraft) -> dict[str, _Copy]:
        """The names of the pages and drafts that have an answer, each with how much of it."""
        merged = () if draft.page is None else draft.page.merged
        left_out = {normalise_question(one) for one in (draft.question, *(page.question for page in merged))}
        found = {}
        for other in self._others(answer, draft):
            share = overlap(own, other.shingles).share
            if (
                is_copied_answer(share, draft.question, other.question)
                and other.name != draft.key
                and normalise_question(other.question) not in left_out
            ):
                found[other.name] = _Copy(other.is_page, share)
                if not other.is_page:  # pages come first, and one draft with the answer is enough
                    break
        return found

    def _others(self, answer: str, draft: ComparedDraft) -> Iterator[_Other]:
        """The pages and drafts that can have an answer."""
        for article, text in self._index.like_answer(answer, limit=_COMPARED):
            yield _Other(article.key, article.question, shingles(text[:_MOST_CHARS]), is_page=True)
        for row in self._drafts.like_answer(answer, _OPEN, besides=draft.id, limit=_COMPARED):
            yield _Other(row.name, row.question, shingles(_answer_of(self._drafts.data(row))))
        yield from self._newest


def _answer_of(data: bytes | None) -> str:
    """The answer of an article file in Markdown, or its beginning; empty where there is none."""
    if data is None:
        return ""
    try:
        return decode(read(data).get("answer") or "")[:_MOST_CHARS]
    except FrontMatterError:
        return ""

"""What related links are asked for and what is answered: plain values, the same for the command line and tests."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from generator.store.corpus.rows import ArticleRow
    from generator.workflows.site.file_change import SkippedFile

DEFAULT_LIMIT = 10
"""How many candidates are shown by default."""


@dataclass(frozen=True)
class RelatedRequest:
    """Whose related articles are asked for: an article's or a draft's by its name, or a question's.

    Args:
        name: ``subject/slug``, a slug or an address.
        question: a question instead; it must hold more than spaces.
        subject: of the question, or of a slug that several subjects have.
        limit: how many at most.
    """

    name: str | None = None
    question: str | None = None
    subject: str | None = None
    limit: int = DEFAULT_LIMIT


class LinkCandidate(NamedTuple):
    """An article to link to. Scores compare within one list; ``similarity`` of the questions is 0 to 1."""

    row: ArticleRow
    score: float
    similarity: float


class ExcludedCandidate(NamedTuple):
    """An article whose question is near, and why it may not be linked to."""

    row: ArticleRow
    similarity: float
    reason: str


@dataclass(frozen=True)
class RelatedOutcome:
    """The articles to link to, best first. ``key`` is that of the article or draft, None for a bare question."""

    question: str
    key: str | None
    candidates: tuple[LinkCandidate, ...]
    left_out: tuple[ExcludedCandidate, ...]


@dataclass(frozen=True)
class RefreshLinksRequest:
    """Whose related links are brought up to date.

    Args:
        paths: files, subject folders or the content folder; all published files when empty.
        dry_run: write nothing.
        commit: commit exactly the files that were changed.
        whole_site: drop links to articles that do not exist, however many they are.
    """

    paths: tuple[Path, ...] = ()
    dry_run: bool = False
    commit: bool = False
    whole_site: bool = False


class LinkChange(NamedTuple):
    """A file with new links, and why: the flaws of the old ones, or that it had none."""

    path: str
    reasons: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]
    """Address and flaw of each link that was dropped."""
    added: tuple[str, ...]
    """Addresses of the new links."""


@dataclass(frozen=True)
class RefreshLinksOutcome:
    """What became of the files. ``changed`` were written, or with a dry run would be.

    ``kept_dead`` counts the links to articles that do not exist and stay, because the folder looks like a part of
    the site; ``missing_share`` is the part of all links that lead to no article, None where none had to stay.
    """

    changed: tuple[LinkChange, ...]
    left_alone: tuple[SkippedFile, ...]
    looked_at: int
    kept_dead: int
    missing_share: float | None
    commit: str | None
    commit_error: str | None

    @property
    def needs_person(self) -> bool:
        """Whether a file was left alone, or what was written is not committed as asked."""
        return bool(self.left_alone or self.commit_error)

    @property
    def reasons(self) -> Counter[str]:
        """How many files were changed for each reason."""
        return Counter(reason for item in self.changed for reason in item.reasons)

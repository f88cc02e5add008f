"""The requests and outcomes of ``related`` and ``related --refresh``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from generator.store.corpus.rows import ArticleRow
    from generator.workflows.site.file_change import SkippedFile

DEFAULT_LIMIT = 10
"""How many candidates are found by default."""


@dataclass(frozen=True)
class RelatedRequest:
    """What related articles are searched for: an article or a draft by its name, or a question.

    Args:
        name: ``subject/slug``, a slug or an address.
        question: used if there is no name; it must not be blank.
        subject: the subject of the question, or of a slug that several subjects have.
        limit: the most articles to find.
    """

    name: str | None = None
    question: str | None = None
    subject: str | None = None
    limit: int = DEFAULT_LIMIT


class LinkCandidate(NamedTuple):
    """An article to link to. ``score`` compares only within one list; ``similarity`` of the questions is 0 to 1."""

    row: ArticleRow
    score: float
    similarity: float


class ExcludedCandidate(NamedTuple):
    """An article with a similar question, and why it cannot be linked to."""

    row: ArticleRow
    similarity: float
    reason: str


@dataclass(frozen=True)
class RelatedOutcome:
    """The articles to link to, best first. ``key`` is that of the article or draft, None for a question."""

    question: str
    key: str | None
    candidates: tuple[LinkCandidate, ...]
    left_out: tuple[ExcludedCandidate, ...]


@dataclass(frozen=True)
class RefreshLinksRequest:
    """Which files get new related links.

    Args:
        paths: files, subject folders or the content folder; empty for all published files.
        dry_run: write nothing.
        commit: commit exactly the changed files.
        whole_site: remove links to articles that do not exist, however many there are.
        branch, despite_git: as those of a ``FixRequest``.
    """

    paths: tuple[Path, ...] = ()
    dry_run: bool = False
    commit: bool = False
    whole_site: bool = False
    branch: str | None = None
    despite_git: bool = False


class LinkChange(NamedTuple):
    """A file with new links.

    ``reasons`` are the flaws of the removed links. If none is removed: ``none`` if the file had no links, ``few`` if it
    had fewer than five.
    """

    path: str
    reasons: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]
    """The address and the flaw of each removed link."""
    added: tuple[str, ...]
    """The addresses of the new links."""


@dataclass(frozen=True)
class RefreshLinksOutcome:
    """The result for the files. ``changed`` were written or, in a dry run, would be; ``left_alone`` were skipped.

    ``kept_dead`` counts the links to missing articles that were kept because the folder seems to be a part of the site.
    ``missing_share`` (0 to 1) is the share of all links that lead to a missing article, None if no such link was kept.
    ``interrupted`` is whether Ctrl-C ended the update early: ``changed`` has every file that was written.
    """

    changed: tuple[LinkChange, ...]
    left_alone: tuple[SkippedFile, ...]
    looked_at: int
    kept_dead: int
    missing_share: float | None
    commit: str | None
    commit_error: str | None
    interrupted: bool = False

    @property
    def needs_person(self) -> bool:
        """Whether a file was skipped, or the requested commit failed."""
        return bool(self.left_alone or self.commit_error)

    @property
    def reasons(self) -> Counter[str]:
        """The number of changed files by reason."""
        return Counter(reason for item in self.changed for reason in item.reasons)

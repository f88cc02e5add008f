"""Commits published articles to git: those of a run, and all that were published before and are not committed yet.

A file is committed only as this program wrote it. A file that somebody has changed since is left for them to commit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.errors import StorageError
from generator.workflows.ports import HasDrafts, HasPublications, HasSettings
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import Checkout
from generator.workflows.site.in_step import is_own_write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.store.ledger.publications import Publication

BEFORE = "before"
"""What the ledger stores instead of a commit for a file that had been committed by other means."""


class CommitServices(HasSettings, HasDrafts, HasPublications, Protocol):
    """The services that committing publications needs."""


@dataclass
class Uncommitted:
    """The publications that the ledger knows no commit of.

    Args:
        ours: their files are as this program wrote them, and differ from the last commit.
        committed: git has their files already.
        others: somebody has changed their files since, and not committed them.
    """

    ours: list[Publication] = field(default_factory=list)
    committed: list[Publication] = field(default_factory=list)
    others: list[Publication] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CommitResult:
    """The commit of publications: its hash, or the error; both None where there was nothing to commit.

    ``uncommitted`` are the paths of published articles that were left out, because somebody has changed them since.
    """

    hash: str | None = None
    error: str | None = None
    uncommitted: tuple[str, ...] = ()


class PublicationCommits:
    """Commits the publications of one ledger in the checkout of the content folder."""

    def __init__(self, services: CommitServices, checkout: Checkout) -> None:
        self._settings = services.settings
        self._drafts = services.drafts
        self._publications = services.publications
        self._checkout = checkout
        self._site = SiteFiles(services.settings.content_dir)

    def pending(self) -> Uncommitted:
        """The publications that the ledger knows no commit of, by what git and their files say."""
        found = Uncommitted()
        rows = self._publications.uncommitted()
        changed = self._checkout.changed() if rows else set()
        for item in rows:
            try:
                file = self._site.real(item.path)
                data = self._site.find(item.path)
            except StorageError:
                found.others.append(item)
                continue
            if file not in changed:
                found.committed.append(item)
            elif data is not None and is_own_write(self._settings, item.path, data):
                found.ours.append(item)
            else:
                found.others.append(item)
        return found

    def commit(self, written: Iterable[Publication] = ()) -> CommitResult:
        """Commit everything that was published and is not committed yet, in one commit.

        Args:
            written: the publications that this run wrote.
        """
        this_run = {item.id: item for item in written}
        pending = self.pending()
        to_commit = {**this_run, **{item.id: item for item in pending.ours}}
        uncommitted = tuple(sorted({item.path for item in pending.others if item.id not in this_run}))
        paths = sorted({item.path for item in to_commit.values()})
        if paths:
            # Without files that were removed since.
            files = [file for file in self._site.real_files(paths) if file.exists()]
            result = self._checkout.commit(files, commit_title(paths))
            if result.error is not None:
                return CommitResult(error=result.error, uncommitted=uncommitted)
            self._mark(list(to_commit), result.hash or BEFORE)
        else:
            result = None
        self._mark([item.id for item in pending.committed if item.id not in to_commit], BEFORE)
        return CommitResult(result.hash if result else None, uncommitted=uncommitted)

    def _mark(self, publications: Sequence[int], commit: str) -> None:
        if publications:
            with self._drafts.transaction():
                self._publications.mark_committed(publications, commit)


def commit_title(paths: Sequence[str]) -> str:
    """The first line of the message of a commit of these published articles."""
    return f"Publish {paths[0]}" if len(paths) == 1 else f"Publish {plural(len(paths), 'article')}"

"""Takes a published article off: hidden from search engines or deleted, unlinked, its question never asked again.

The ledger knows of it first; every step after that may be repeated without harm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.content.frontmatter import patch, patch_related, read
from generator.content.slugs import ArticleKey
from generator.errors import FrontMatterError, PatchError, StorageError, UsageError
from generator.store.corpus import files
from generator.store.files import read_article
from generator.workflows.ports import HasCorpus, HasDrafts, HasLedger, HasPublications, HasSettings
from generator.workflows.site.article_names import find_published, plain_name, single_match
from generator.workflows.site.corpus import refresh_corpus
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import FileWrite, SiteFiles
from generator.workflows.site.git import Checkout
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.content.frontmatter import Document, Related
    from generator.store.corpus.rows import ArticleRow
    from generator.store.ledger.publications import Withdrawal
    from generator.workflows.engine.progress import Progress


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """An article by ``subject/slug``, a slug that is unique, or its address, and why it goes.

    ``delete`` removes the file instead of hiding the page; ``commit`` commits the changed files; ``reviewer`` overrides
    the settings.
    """

    name: str
    reason: str
    delete: bool = False
    commit: bool = False
    reviewer: str | None = None


@dataclass
class WithdrawReport:
    """What was done: the files changed (relative to the content folder), and a line for each that could not be.

    ``still_published`` says that the article's own file could not be changed and stays on the site.
    """

    withdrawal: Withdrawal
    still_published: bool = False
    hidden: bool = False
    deleted: bool = False
    unlinked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    commit: str | None = None
    commit_error: str | None = None

    @property
    def needs_person(self) -> bool:
        """Whether something could not be changed, or git refused the commit."""
        return bool(self.problems or self.commit_error)


class WithdrawServices(HasSettings, HasLedger, HasDrafts, HasPublications, HasCorpus, Protocol):
    """What withdrawing articles takes."""


class Withdrawer:
    """Withdraws articles of one content folder, whether they were drafted here or not."""

    def __init__(self, services: WithdrawServices) -> None:
        self._settings = services.settings
        self._drafts = services.drafts
        self._publications = services.publications
        self._index = services.index
        self._site = SiteFiles(services.settings.content_dir)
        self._now = services.now

    def withdraw(
        self, name: str, *, reason: str, who: str, delete: bool = False, commit: bool = False
    ) -> WithdrawReport:
        """Withdraw the article that ``subject/slug``, a slug that is unique, or an address names.

        Raises:
            UsageError: no article or several have this name, or there is no reason.
            GitError: a commit is asked for, and there is no checkout; nothing is written.
        """
        if not reason.strip():
            raise UsageError("a withdrawal needs a reason")
        checkout = Checkout(self._settings.content_dir) if commit else None
        self._index.refresh()
        row = single_match(find_published(self._index, name, self._settings), name, "articles")
        if row is None:
            report = WithdrawReport(self._withdrawn_before(name))
            key = report.withdrawal.key
        else:
            key = row.key
            report = WithdrawReport(self._record(row, reason.strip(), who, delete))
            self._take_off(row, report, delete=delete)
        self._unlink(ArticleKey(*key.split("/", 1)), report)
        self._site.sync()
        if checkout is not None:
            self._commit(checkout, key, report)
        self._index.refresh()
        return report

    def _withdrawn_before(self, name: str) -> Withdrawal:
        """An article that an earlier, perhaps interrupted, withdrawal deleted."""
        key = plain_name(name, self._settings)
        found = self._publications.withdrawal_of(key) or self._publications.withdrawn_slug(key)
        if found is None:
            raise UsageError(f"no published article is named {name!r}")
        return found

    def _record(self, row: ArticleRow, reason: str, who: str, delete: bool) -> Withdrawal:
        with self._drafts.transaction():
            return self._publications.withdraw(
                key=row.key,
                question=row.question,
                subject=row.subject,
                reason=reason,
                who=who,
                now=self._now(),
                deleted=delete,
            )

    def _take_off(self, row: ArticleRow, report: WithdrawReport, *, delete: bool) -> None:
        try:
            data = self._site.find(row.path)
            if data is None:
                return
            if delete:
                self._site.remove(row.path)
                report.deleted = True
            else:
                text = read(data).text
                report.hidden = self._rewrite(row.path, text, patch(text, {"no_index": True}))
        except (FrontMatterError, PatchError, StorageError) as error:
            report.still_published = True
            report.problems.append(
                f"{row.path}: stays on the site: {SkippedFile.from_error(row.path, error).reason}"
            )

    def _unlink(self, key: ArticleKey, report: WithdrawReport) -> None:
        """Take the links to it out of every other article."""
        site = self._settings.site
        for path, data in self._mentioning(site.address_of(key).rstrip("/")):
            try:
                document = read(data)
                kept = [link for link in document.related if site.key_of_address(link.url) != key]
                if len(kept) < len(document.related):
                    self._rewrite(path, document.text, _with_links(document, kept))
                    report.unlinked.append(path)
            except (FrontMatterError, PatchError, StorageError) as error:
                report.problems.append(
                    f"{path}: its link stays: {SkippedFile.from_error(path, error).reason}"
                )

    def _mentioning(self, url: str) -> Iterator[tuple[str, bytes]]:
        wanted = url.encode()
        for path in sorted(files.scan(self._settings.content_dir).files):
            try:
                # Also through links out of the folder, so that a link that has to stay there is said.
                data = read_article(self._site.root / path)
            except StorageError:
                continue
            if data is not None and wanted in data:
                yield path, data

    def _rewrite(self, path: str, before: str, after: str) -> bool:
        """Put the changed text in place; False where nothing changed."""
        if after == before:
            return False
        self._site.write(FileWrite.from_change(FileChange(path, (), before, after)))
        return True

    def _commit(self, checkout: Checkout, key: str, report: WithdrawReport) -> None:
        own = [] if report.still_published else [f"{key}.md"]
        files = self._site.real_files([*own, *report.unlinked])
        report.commit, report.commit_error = checkout.commit(
            files, f"Withdraw {key}.md", note=report.withdrawal.reason
        )


def withdraw_article(
    services: WithdrawServices, request: WithdrawRequest, progress: Progress
) -> WithdrawReport:
    """Take a published article off the site: hidden or deleted, unlinked, its question never drafted again.

    Raises:
        UsageError: as :meth:`Withdrawer.withdraw`, or nobody is known to decide.
        GitError: as :meth:`Withdrawer.withdraw`.
    """
    who = reviewer_name(services.settings, request.reviewer)
    refresh_corpus(services, progress)
    return Withdrawer(services).withdraw(
        request.name, reason=request.reason, who=who, delete=request.delete, commit=request.commit
    )


def _with_links(document: Document, kept: Sequence[Related]) -> str:
    """The file with these of its links alone, renumbered."""
    if not all(map(document.is_whole, kept)):
        raise PatchError("another of its links lacks a field or has one too many")
    return patch_related(document.text, [link.article() for link in kept])

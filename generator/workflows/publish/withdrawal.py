"""The use case of ``withdraw``: hides or deletes a published article, and removes the links to it.

Its question is never drafted again. The ledger records the withdrawal first. All later steps can be repeated safely.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.content.frontmatter import patch, patch_related, read
from generator.content.seo.canonical_pages import canonical_target
from generator.content.slugs import ArticleKey
from generator.errors import FrontMatterError, PatchError, StorageError, UsageError
from generator.events import emit
from generator.store.corpus import files
from generator.store.files import read_article
from generator.store.ledger.publications import Withdrawal
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.engine.progress import NoProgress
from generator.workflows.ports import HasCorpus, HasDrafts, HasLedger, HasPublications, HasSettings
from generator.workflows.site.article_names import find_published, plain_name, single_match
from generator.workflows.site.branch_files import BranchFiles
from generator.workflows.site.corpus import refresh_corpus
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import FileWrite, SiteFiles
from generator.workflows.site.git import Checkout
from generator.workflows.site.in_step import announce, files_to_write
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.content.frontmatter import Document, Related
    from generator.store.corpus.rows import ArticleRow
    from generator.workflows.engine.progress import Progress


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """Which article is withdrawn, and how.

    Args:
        name: ``subject/slug``, a unique slug, or an address.
        reason: why it is withdrawn.
        delete: delete the file instead of hiding the page from search engines.
        commit: commit the changed files.
        branch: commit the changes to this branch for a preview; nothing is withdrawn.
        despite_git: write even if the branch is behind its remote or files have uncommitted changes of others.
        reviewer: the person who decides; None for the name from the settings or git.
    """

    name: str
    reason: str
    delete: bool = False
    commit: bool = False
    branch: str | None = None
    despite_git: bool = False
    reviewer: str | None = None


@dataclass
class WithdrawReport:
    """The result of a withdrawal. Paths are relative to the content folder.

    ``still_published`` is whether the article's own file could not be changed, so that it stays on the site.
    ``unlinked`` are the files that lost a link to it. ``problems`` has a line for each file that could not be changed.
    ``branch`` is the branch that got the changes for a preview, None for a withdrawal.
    """

    withdrawal: Withdrawal
    still_published: bool = False
    hidden: bool = False
    deleted: bool = False
    unlinked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    commit: str | None = None
    commit_error: str | None = None
    branch: str | None = None

    @property
    def needs_person(self) -> bool:
        """Whether a file could not be changed or the commit failed."""
        return bool(self.problems or self.commit_error)


class WithdrawServices(HasSettings, HasLedger, HasDrafts, HasPublications, HasCorpus, Protocol):
    """The services that withdrawing articles needs."""


class Withdrawer:
    """Withdraws articles of one content folder, including those that this program did not draft."""

    def __init__(self, services: WithdrawServices) -> None:
        self._settings = services.settings
        self._drafts = services.drafts
        self._publications = services.publications
        self._index = services.index
        self._site = SiteFiles(services.settings.content_dir)
        self._now = services.now

    def withdraw(
        self,
        name: str,
        *,
        reason: str,
        who: str,
        delete: bool = False,
        commit: bool = False,
        branch: str | None = None,
        despite_git: bool = False,
        progress: Progress | None = None,
    ) -> WithdrawReport:
        """Withdraw an article.

        Args:
            name: ``subject/slug``, a unique slug, or an address.
            reason: why it is withdrawn.
            who: the person who decides.
            delete: delete the file instead of hiding the page from search engines.
            commit: commit the changed files.
            branch, despite_git: as in a ``WithdrawRequest``.
            progress: shows what will be written, before it is.

        Raises:
            UsageError: no article or several have this name, the reason is blank, or the article is the canonical page
                of another one.
            GitError: the branch is behind its remote branch, or a commit or a preview is requested and not possible;
                nothing is written.
            StorageError: the article's file has uncommitted changes of others; nothing is written.
        """
        if not reason.strip():
            raise UsageError("a withdrawal needs a reason")
        checkout = Checkout(self._settings.content_dir) if commit else None
        self._site = files_to_write(self._settings, despite_git=despite_git, branch=branch)
        self._index.refresh()
        row = single_match(find_published(self._index, name, self._settings), name, "articles")
        if row is not None:
            self._require_not_canonical(row.key)
        before = self._withdrawn_before(name) if row is None else None
        key = row.key if row is not None else before.key if before is not None else ""
        linked = list(self._files_with_address(ArticleKey(*key.split("/", 1))))
        own = () if row is None else (row.path,)
        for path in own:
            self._site.refuse(path)
        announce(
            progress or NoProgress(),
            self._site,
            len({*own, *(path for path, _ in linked)}),
            commit=commit,
            exact=False,
        )
        if before is not None:
            report = WithdrawReport(before)
        else:
            assert row is not None
            report = WithdrawReport(
                self._recorded(row, reason.strip(), who, delete, preview=branch is not None)
            )
            self._take_off(row, report, delete=delete)
        self._unlink(ArticleKey(*key.split("/", 1)), linked, report)
        self._site.sync()
        if isinstance(self._site, BranchFiles):
            report.branch = branch
            report.commit, report.commit_error = self._site.commit(f"Withdraw {key}.md")
            return report
        if checkout is not None:
            self._commit(checkout, key, report)
        self._index.refresh()
        return report

    def _withdrawn_before(self, name: str) -> Withdrawal:
        """The earlier withdrawal of an article whose file is deleted already; it may have been interrupted."""
        key = plain_name(name, self._settings)
        found = self._publications.withdrawal_of(key) or self._publications.withdrawn_slug(key)
        if found is None:
            raise UsageError(f"no published article is named {name!r}")
        return found

    def _require_not_canonical(self, key: str) -> None:
        """Raise UsageError for an article that others name as their canonical page."""
        site = self._settings.site
        named_by = [
            row.key
            for row in self._index.with_canonical()
            if str(canonical_target(site, row.canonical)) == key and not row.no_index
        ]
        if named_by:
            more = f" and {len(named_by) - 3} more" if len(named_by) > 3 else ""
            raise UsageError(
                f"{key} is the canonical page of {', '.join(named_by[:3])}{more}: search engines would show none of them."
                " Withdraw these first, or have them name another page"
            )

    def _recorded(self, row: ArticleRow, reason: str, who: str, delete: bool, *, preview: bool) -> Withdrawal:
        """The withdrawal of an article, recorded in the ledger unless it is only a preview."""
        if preview:
            question = question_key(row.question)
            return Withdrawal(
                0, row.key, question, row.question, row.subject, reason, who, self._now(), delete
            )
        with self._drafts.transaction():
            withdrawal = self._publications.withdraw(
                key=row.key,
                question=row.question,
                subject=row.subject,
                reason=reason,
                who=who,
                now=self._now(),
                deleted=delete,
            )
        emit("article.withdrawn", f"withdrawn: {row.key}", name=row.key, who=who, deleted=delete)
        return withdrawal

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
            reason = SkippedFile.from_error(row.path, error).reason
            report.problems.append(f"{row.path}: it is still on the site: {reason}")

    def _unlink(self, key: ArticleKey, linked: Sequence[tuple[str, bytes]], report: WithdrawReport) -> None:
        """Remove the links to the article from all other articles.

        Args:
            linked: the files that have its address, with their bytes.
        """
        site = self._settings.site
        for path, data in linked:
            try:
                if path == key.path and not report.still_published:  # was changed since
                    present = self._site.find(path)
                    if present is None:
                        continue
                    data = present
                document = read(data)
                kept = [link for link in document.related if site.key_of_address(link.url) != key]
                if len(kept) < len(document.related):
                    self._rewrite(path, document.text, _with_links(document, kept))
                    report.unlinked.append(path)
            except (FrontMatterError, PatchError, StorageError) as error:
                reason = SkippedFile.from_error(path, error).reason
                report.problems.append(f"{path}: its link was not removed: {reason}")

    def _files_with_address(self, key: ArticleKey) -> Iterator[tuple[str, bytes]]:
        searched = self._settings.site.address_of(key).rstrip("/").encode()
        for path in sorted(files.scan(self._settings.content_dir).files):
            try:
                # Also files behind links out of the folder: they are not changed, but the report must name them.
                data = read_article(self._site.root / path)
            except StorageError:
                continue
            if data is not None and searched in data:
                yield path, data

    def _rewrite(self, path: str, before: str, after: str) -> bool:
        """Write the changed text. Returns False if nothing changed."""
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
    """Withdraw a published article: hide or delete it, remove the links to it, and never draft its question again.

    Raises:
        UsageError: as :meth:`Withdrawer.withdraw`, or the reviewer has no name.
        GitError, StorageError: as :meth:`Withdrawer.withdraw`.
    """
    who = reviewer_name(services.settings, request.reviewer)
    refresh_corpus(services, progress)
    return Withdrawer(services).withdraw(
        request.name,
        reason=request.reason,
        who=who,
        delete=request.delete,
        commit=request.commit,
        branch=request.branch,
        despite_git=request.despite_git,
        progress=progress,
    )


def _with_links(document: Document, kept: Sequence[Related]) -> str:
    """The text of the file with only these links, renumbered."""
    if not all(map(document.is_whole, kept)):
        raise PatchError("another of its links has a missing or an unknown field")
    return patch_related(document.text, [link.article() for link in kept])

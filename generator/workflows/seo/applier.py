"""Writes proposed texts into the article files. Only the lines of the fields change.

A proposal is written only if the article did not change since it was proposed. A proposal counts as applied if the file
has its text, whoever wrote it. An interrupted run therefore needs no repair, and a second run changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from generator.content.display import plural
from generator.content.frontmatter import Document, patch
from generator.content.seo.fields import PATHS, basis_of, texts_of
from generator.errors import FrontMatterError, PatchError, StorageError
from generator.store.ledger.decision_log import PROGRAM
from generator.store.ledger.seo.proposals import ProposalRow
from generator.workflows.engine.progress import Progress
from generator.workflows.ports import HasLedger, HasProposals, HasSettings
from generator.workflows.seo.hold_out import HELD_OUT
from generator.workflows.seo.requests import ApplyReport, ApplyRequest
from generator.workflows.site.article_names import plain_name
from generator.workflows.site.branch_files import BranchFiles
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import FileWrite, SiteFiles
from generator.workflows.site.git import Checkout
from generator.workflows.site.in_step import announce, files_to_write

_CHUNK = 50


@dataclass(frozen=True)
class _Application:
    """The proposals for one file, and the change that they make.

    ``in_place`` are proposals whose text the file has already. ``stale`` proposals do not match the file any more.
    ``not_allowed`` proposals cannot be written with the present settings, and keep their state. Both have a reason.
    """

    change: FileChange
    to_write: tuple[ProposalRow, ...]
    in_place: tuple[ProposalRow, ...]
    stale: tuple[tuple[ProposalRow, str], ...]
    not_allowed: tuple[tuple[ProposalRow, str], ...]

    @property
    def path(self) -> str:
        """The path of the file, relative to the content folder."""
        return self.change.path


class ApplierServices(HasSettings, HasLedger, HasProposals, Protocol):
    """The services that applying proposals needs."""


class ProposalApplier:
    """Applies the proposals of a request.

    Args:
        who: the person who applies them.
    """

    def __init__(self, services: ApplierServices, request: ApplyRequest, *, who: str = PROGRAM) -> None:
        self._files = SiteFiles(services.settings.content_dir)
        self._publish = services.settings.publish
        self._settings = services.settings
        self._ledger = services.ledger
        self._proposals = services.proposals
        self._held_out = services.proposals.hold_outs.held_out()
        self._now = services.now
        self._request = request
        self._who = who
        self.report = ApplyReport()

    def preview(self) -> Iterator[str]:
        """The unified diff of each file that would change. Nothing is written."""
        for path in self._paths():
            item = self._application(path)
            if isinstance(item, SkippedFile):
                self._report_skipped(item)
                continue
            self._report_refused(item)
            if item.to_write:
                self.report.changed.append(path)
                self.report.fields += len(item.to_write)
                yield item.change.diff()

    def preview_on_branch(self, branch: str, progress: Progress) -> ApplyReport:
        """Commit what :meth:`apply` would write to a branch. No file and no proposal changes.

        Raises:
            GitError: the content folder is in no checkout, its branch is behind its remote branch, or ``branch`` cannot
                be committed to.
        """
        self._files = files = self._files_to_write(branch)
        self.report.branch = branch
        announce(progress, files, sum(1 for _ in self._paths()), exact=False)
        for path in self._paths():
            item = self._application(path)
            if isinstance(item, SkippedFile):
                self._report_skipped(item)
                continue
            self._report_refused(item)
            if not item.to_write:
                continue
            try:
                files.write(FileWrite.from_change(item.change))
            except StorageError as error:
                self._report_skipped(SkippedFile.from_error(path, error))
                continue
            self.report.changed.append(path)
            self.report.fields += len(item.to_write)
        assert isinstance(files, BranchFiles)
        title = f"Rewrite the search texts of {plural(len(self.report.changed), 'article')}"
        self.report.commit, self.report.commit_error = files.commit(title)
        return self.report

    def apply(
        self, progress: Callable[[int], None] = lambda _: None, *, announced: Progress | None = None
    ) -> ApplyReport:
        """Write the files, and commit them if the request asks for it.

        Args:
            progress: is called with the number of files done.
            announced: shows what will be written, before it is.

        Raises:
            GitError: the branch is behind its remote branch, or a commit is requested but the content folder is not in
                a checkout; nothing is written.
            StorageError: the ledger cannot be used.
        """
        checkout = Checkout(self._files.root) if self._request.commit else None
        self._files = self._files_to_write(None)
        if announced is not None:
            many = sum(1 for _ in self._paths())
            announce(announced, self._files, many, commit=self._request.commit, exact=False)
        changed_before = checkout.changed() if checkout is not None else set()
        foreign: set[str] = set()
        paths = self._paths()
        while chunk := list(islice(paths, _CHUNK)):
            # The files are written first. After a crash before the commit, the next run finds the texts in place.
            with self._ledger.database.transaction():
                items = [self._application(path) for path in chunk]
                if checkout is not None:
                    foreign |= self._foreign(items, checkout, changed_before)
                self._write(items)
            progress(len(self.report.changed) + len(self.report.confirmed))
        if checkout is not None:
            self._commit(checkout, changed_before, foreign)
        return self.report

    def _files_to_write(self, branch: str | None) -> SiteFiles:
        return files_to_write(self._settings, despite_git=self._request.despite_git, branch=branch)

    def _paths(self) -> Iterator[str]:
        """The files of the requested proposals, each once."""
        done: set[str] = set()
        for row in self._rows():
            if row.path not in done and self._is_requested(row):
                done.add(row.path)
                yield row.path

    def _rows(self) -> Iterator[ProposalRow]:
        if not self._request.names:
            yield from self._proposals.rows(states=self._request.states)
        for name in self._request.names:
            yield from self._proposals.named(plain_name(name, self._settings))

    def _is_requested(self, row: ProposalRow) -> bool:
        request = self._request
        if request.seen is not None and request.seen.get(row.id) != row.lock:
            return False
        return row.state in request.states and (not request.clean or row.state != "proposed" or row.is_clean)

    def _application(
        self, path: str, is_requested: Callable[[ProposalRow], bool] | None = None
    ) -> _Application | SkippedFile:
        try:
            document = self._files.document(path)
        except (StorageError, FrontMatterError) as error:
            return SkippedFile.from_error(path, error)
        to_write: list[ProposalRow] = []
        in_place: list[ProposalRow] = []
        stale: list[tuple[ProposalRow, str]] = []
        not_allowed: list[tuple[ProposalRow, str]] = []
        for row in filter(is_requested or self._is_requested, self._proposals.of_path(path)):
            if texts_of(document)[row.field] == row.new:
                in_place.append(row)
            elif (reason := _stale_reason(document, row)) is not None:
                stale.append((row, reason))
            elif path in self._held_out:
                not_allowed.append((row, f"is {HELD_OUT}"))
            elif (reason := self._publish.refusal(offline=row.is_offline_text)) is not None:
                not_allowed.append((row, reason))
            else:
                to_write.append(row)
        try:
            after = patch(document.text, {PATHS[row.field]: row.new for row in to_write})
        except PatchError as error:
            return SkippedFile.from_error(path, error)
        return _Application(
            change=FileChange(path, (), document.text, after),
            to_write=tuple(to_write),
            in_place=tuple(in_place),
            stale=tuple(stale),
            not_allowed=tuple(not_allowed),
        )

    def _report_refused(self, item: _Application) -> None:
        self.report.refused += [f"{row.path}: {reason}" for row, reason in item.stale]
        self.report.refused += [f"{row.path}: its {_name(row)} {reason}" for row, reason in item.not_allowed]
        self.report.left += len(item.not_allowed)

    def _report_skipped(self, skipped: SkippedFile) -> None:
        self.report.refused.append(f"{skipped.path}: {skipped.reason}")

    def _write(self, chunk: Sequence[_Application | SkippedFile]) -> None:
        """Write the files of a chunk, and record the new states of its proposals."""
        changes = [item.change for item in chunk if isinstance(item, _Application) and item.to_write]
        failed = self._files.write_all(map(FileWrite.from_change, changes))
        self._files.sync()
        for item in chunk:
            if isinstance(item, SkippedFile):
                self._report_skipped(item)
                continue
            for row, reason in item.stale:
                self._proposals.decide(row, "stale", who=PROGRAM, now=self._now(), note=reason)
            self._report_refused(item)
            error = failed.get(item.path)
            if error is not None:
                self._report_skipped(SkippedFile.from_error(item.path, error))
            else:
                self._confirm(item)

    def _confirm(self, item: _Application) -> None:
        report = self.report
        if item.to_write:
            report.changed.append(item.path)
        elif item.in_place:
            report.confirmed.append(item.path)
        for row in (*item.to_write, *item.in_place):
            self._proposals.decide(row, "applied", who=self._who, now=self._now())
            report.fields += 1
            report.offline += row.is_offline_text

    def _foreign(
        self, chunk: Sequence[_Application | SkippedFile], checkout: Checkout, changed: set[Path]
    ) -> set[str]:
        """The files that have uncommitted changes of somebody else."""
        return {
            item.path
            for item in chunk
            if isinstance(item, _Application)
            and (file := self._files.real(item.path)) in changed
            and not _has_only_our_changes(checkout.committed(file), item)
        }

    def _commit(self, checkout: Checkout, changed_before: set[Path], foreign: set[str]) -> None:
        report = self.report
        written = {path: self._files.real(path) for path in (*report.changed, *report.confirmed)}
        report.uncommitted = [path for path in written if path in foreign]
        ours = {file for path, file in written.items() if path not in foreign}
        if not self._request.names:
            ours |= self._uncommitted_of_earlier_runs(checkout, changed_before - set(written.values()))
        if ours:
            title = f"Rewrite the search texts of {plural(len(ours), 'article')}"
            report.commit, report.commit_error = checkout.commit(ours, title)

    def _uncommitted_of_earlier_runs(self, checkout: Checkout, changed: set[Path]) -> set[Path]:
        """The files among ``changed`` that an interrupted run wrote but did not commit."""
        found: set[Path] = set()
        for file in changed:
            path = file.relative_to(self._files.real_root).as_posix()
            if any(row.state == "applied" for row in self._proposals.of_path(path)):
                item = self._application(path, lambda row: row.state == "applied")
                if isinstance(item, _Application) and _has_only_our_changes(checkout.committed(file), item):
                    found.add(file)
        return found


def _name(row: ProposalRow) -> str:
    """The name of the field in messages."""
    return "description" if row.field == "page_description" else "list of keywords"


def _stale_reason(document: Document, row: ProposalRow) -> str | None:
    """Why a proposal does not match the file any more, or None if it does."""
    if texts_of(document)[row.field] != row.old:
        return f"its {_name(row)} was changed since the proposal"
    if basis_of(document, row.field) != row.basis:
        return "its question or answer was changed since the proposal"
    return None


def _has_only_our_changes(committed: str | None, item: _Application) -> bool:
    """Whether the file differs from its last commit only by the applied texts."""
    if committed is None:
        return False
    try:
        patched = patch(committed, {PATHS[row.field]: row.new for row in item.in_place})
    except (FrontMatterError, PatchError):
        return False
    return patched == item.change.before

"""Puts proposed texts into the article files: the field's lines, not one byte elsewhere, and only where they still fit.

A proposal is applied when the file holds its text, whoever put it there: that is looked up in the file, so an
interrupted run needs no repair, and running again changes nothing.
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
from generator.store.ledger.proposals import ProposalRow
from generator.workflows.ports import HasLedger, HasProposals, HasSettings
from generator.workflows.seo.requests import ApplyReport, ApplyRequest
from generator.workflows.site.article_names import plain_name
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import FileWrite, SiteFiles
from generator.workflows.site.git import Checkout

_CHUNK = 50


@dataclass(frozen=True)
class _Application:
    """The proposals for one file by what they need, and what they change in it.

    ``in_place`` are those whose text the file holds already; those ``held`` may not be written now, and stay as they
    are. ``stale`` and ``held`` come with the reason.
    """

    change: FileChange
    to_write: tuple[ProposalRow, ...]
    in_place: tuple[ProposalRow, ...]
    stale: tuple[tuple[ProposalRow, str], ...]
    held: tuple[tuple[ProposalRow, str], ...]

    @property
    def path(self) -> str:
        """The file's, below the content folder."""
        return self.change.path


class ApplierServices(HasSettings, HasLedger, HasProposals, Protocol):
    """What applying proposals takes."""


class ProposalApplier:
    """Applies the proposals of a request.

    Args:
        who: whose decision it is.
    """

    def __init__(self, services: ApplierServices, request: ApplyRequest, *, who: str = PROGRAM) -> None:
        self._files = SiteFiles(services.settings.content_dir)
        self._publish = services.settings.publish
        self._settings = services.settings
        self._ledger = services.ledger
        self._proposals = services.proposals
        self._now = services.now
        self._request = request
        self._who = who
        self.report = ApplyReport()

    def preview(self) -> Iterator[str]:
        """The unified diff of each file that would change; nothing is written."""
        for path in self._paths():
            found = self._application(path)
            if isinstance(found, SkippedFile):
                self._leave(found)
                continue
            self._refuse(found)
            if found.to_write:
                self.report.changed.append(path)
                self.report.fields += len(found.to_write)
                yield found.change.diff()

    def apply(self, progress: Callable[[int], None] = lambda _: None) -> ApplyReport:
        """Write the files, and commit them where the request says so.

        Args:
            progress: is given the number of files done.

        Raises:
            GitError: a commit is asked for, and there is no checkout; nothing is written.
            StorageError: the ledger cannot be used.
        """
        checkout = Checkout(self._files.root) if self._request.commit else None
        changed_before = checkout.changed() if checkout is not None else set()
        foreign: set[str] = set()
        paths = self._paths()
        while chunk := list(islice(paths, _CHUNK)):
            # The files come first: a crash before the transaction ends leaves texts that the next run finds in place.
            with self._ledger.database.transaction():
                found = [self._application(path) for path in chunk]
                if checkout is not None:
                    foreign |= self._foreign(found, checkout, changed_before)
                self._put(found)
            progress(len(self.report.changed) + len(self.report.confirmed))
        if checkout is not None:
            self._commit(checkout, changed_before, foreign)
        return self.report

    def _paths(self) -> Iterator[str]:
        """The files concerned, each once."""
        seen: set[str] = set()
        for row in self._rows():
            if row.path not in seen and self._is_meant(row):
                seen.add(row.path)
                yield row.path

    def _rows(self) -> Iterator[ProposalRow]:
        if not self._request.names:
            yield from self._proposals.rows(states=self._request.states)
        for name in self._request.names:
            yield from self._proposals.named(plain_name(name, self._settings))

    def _is_meant(self, row: ProposalRow) -> bool:
        request = self._request
        return row.state in request.states and (not request.clean or row.state != "proposed" or row.is_clean)

    def _application(
        self, path: str, meant: Callable[[ProposalRow], bool] | None = None
    ) -> _Application | SkippedFile:
        try:
            document = self._files.document(path)
        except (StorageError, FrontMatterError) as error:
            return SkippedFile.from_error(path, error)
        to_write: list[ProposalRow] = []
        in_place: list[ProposalRow] = []
        stale: list[tuple[ProposalRow, str]] = []
        held: list[tuple[ProposalRow, str]] = []
        for row in filter(meant or self._is_meant, self._proposals.of_path(path)):
            if texts_of(document)[row.field] == row.new:
                in_place.append(row)
            elif (reason := _outdated(document, row)) is not None:
                stale.append((row, reason))
            elif (reason := self._publish.refusal(offline=row.is_offline_text)) is not None:
                held.append((row, reason))
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
            held=tuple(held),
        )

    def _refuse(self, found: _Application) -> None:
        self.report.refused += [f"{row.path}: {reason}" for row, reason in found.stale]
        self.report.refused += [f"{row.path}: its {_name(row)} {reason}" for row, reason in found.held]
        self.report.left += len(found.held)

    def _leave(self, skipped: SkippedFile) -> None:
        self.report.refused.append(f"{skipped.path}: {skipped.reason}")

    def _put(self, chunk: Sequence[_Application | SkippedFile]) -> None:
        """Write the files of a chunk, and record what became of its proposals."""
        changes = [item.change for item in chunk if isinstance(item, _Application) and item.to_write]
        failed = self._files.write_all(map(FileWrite.from_change, changes))
        self._files.sync()
        for item in chunk:
            if isinstance(item, SkippedFile):
                self._leave(item)
                continue
            for row, reason in item.stale:
                self._proposals.decide(row, "stale", who=PROGRAM, now=self._now(), note=reason)
            self._refuse(item)
            error = failed.get(item.path)
            if error is not None:
                self._leave(SkippedFile.from_error(item.path, error))
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
        """The files that hold changes which are neither committed nor ours."""
        return {
            item.path
            for item in chunk
            if isinstance(item, _Application)
            and (file := self._files.real(item.path)) in changed
            and not _differs_by_ours_alone(checkout.committed(file), item)
        }

    def _commit(self, checkout: Checkout, changed_before: set[Path], foreign: set[str]) -> None:
        report = self.report
        written = {path: self._files.real(path) for path in (*report.changed, *report.confirmed)}
        report.uncommitted = [path for path in written if path in foreign]
        ours = {file for path, file in written.items() if path not in foreign}
        if not self._request.names:
            ours |= self._left_behind(checkout, changed_before - set(written.values()))
        if ours:
            title = f"Rewrite the search texts of {plural(len(ours), 'article')}"
            report.commit, report.commit_error = checkout.commit(ours, title)

    def _left_behind(self, checkout: Checkout, changed: set[Path]) -> set[Path]:
        """Files that an earlier run changed and did not come to commit."""
        found: set[Path] = set()
        for file in changed:
            path = file.relative_to(self._files.real_root).as_posix()
            if any(row.state == "applied" for row in self._proposals.of_path(path)):
                item = self._application(path, lambda row: row.state == "applied")
                if isinstance(item, _Application) and _differs_by_ours_alone(checkout.committed(file), item):
                    found.add(file)
        return found


def _name(row: ProposalRow) -> str:
    """The field in messages, in the singular."""
    return "description" if row.field == "page_description" else "list of keywords"


def _outdated(document: Document, row: ProposalRow) -> str | None:
    """What makes a proposal unfit for the file as it is; None where it fits."""
    if texts_of(document)[row.field] != row.old:
        return f"its {_name(row)} was changed since the proposal"
    if basis_of(document, row.field) != row.basis:
        return "its question or answer was changed since the proposal"
    return None


def _differs_by_ours_alone(last: str | None, item: _Application) -> bool:
    """Whether the last commit with our texts put in is the file as it stands."""
    if last is None:
        return False
    try:
        ours = patch(last, {PATHS[row.field]: row.new for row in item.in_place})
    except (FrontMatterError, PatchError):
        return False
    return ours == item.change.before

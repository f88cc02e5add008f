"""Puts proposed texts into the article files: the field's lines, not one byte elsewhere, and only where they still fit.

A proposal is applied when the file holds its text, whoever put it there: that is looked up in the file, so an
interrupted run needs no repair, and running again changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from generator.content.frontmatter import Document, patch, read
from generator.content.seo import PATHS, basis_of, texts_of
from generator.errors import FrontMatterError, PatchError, StorageError
from generator.store.files import read_file, write_file
from generator.store.ledger.decision_log import PROGRAM
from generator.store.ledger.proposals import ProposalRow
from generator.workflows.ports import HasLedger, HasProposals, HasSettings
from generator.workflows.seo.requests import ApplyReport, ApplyRequest
from generator.workflows.site.file_change import FileChange
from generator.workflows.site.git import changed_below, commit_only, committed

_CHUNK = 50


@dataclass(frozen=True)
class _FileChange:
    """What the proposals for one file change in it: its text before and after, and the proposals by what they need.

    ``in_place`` are those whose text the file holds already; those ``held`` may not be written now, and stay as they
    are. ``stale`` and ``held`` come with the reason.
    """

    path: str
    data: bytes
    before: str
    after: str
    to_write: tuple[ProposalRow, ...]
    in_place: tuple[ProposalRow, ...]
    stale: tuple[tuple[ProposalRow, str], ...]
    held: tuple[tuple[ProposalRow, str], ...]


class ApplierServices(HasSettings, HasLedger, HasProposals, Protocol):
    """What applying proposals takes."""


class ProposalApplier:
    """Applies the proposals of a request.

    Args:
        who: whose decision it is.
    """

    def __init__(self, services: ApplierServices, request: ApplyRequest, *, who: str = PROGRAM) -> None:
        self._root = services.settings.content_dir
        self._publish = services.settings.publish
        self._ledger = services.ledger
        self._proposals = services.proposals
        self._now = services.now
        self._request = request
        self._who = who
        self.report = ApplyReport()

    def preview(self) -> Iterator[str]:
        """The unified diff of each file that would change; nothing is written."""
        for path in self._paths():
            change = self._change_of(path)
            if change is None:
                continue
            self._refuse(change)
            if change.after != change.before:
                self.report.changed.append(path)
                self.report.fields += len(change.to_write)
                yield FileChange(path, (), change.before, change.after).diff()

    def apply(self, progress: Callable[[int], None] = lambda _: None) -> ApplyReport:
        """Write the files, and commit them where the request says so.

        Args:
            progress: is given the number of files done.

        Raises:
            GitError: a commit is asked for, and there is no checkout or git refuses; what was written stays written.
            StorageError: the ledger cannot be used.
        """
        commit = self._request.commit
        changed_before = changed_below(self._root) if commit else set()
        foreign: set[str] = set()
        paths = self._paths()
        while chunk := list(islice(paths, _CHUNK)):
            # The files come first: a crash before the transaction ends leaves texts that the next run finds in place.
            with self._ledger.database.transaction():
                for path in chunk:
                    change = self._change_of(path)
                    if change is None:
                        continue
                    file = self._file(path)
                    if file in changed_before and not _differs_by_ours_alone(committed(file), change):
                        foreign.add(path)
                    self._put(change)
            progress(len(self.report.changed) + len(self.report.confirmed))
        if commit:
            self._commit(foreign, changed_before)
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
            yield from self._proposals.named(name)

    def _is_meant(self, row: ProposalRow) -> bool:
        request = self._request
        return row.state in request.states and (not request.clean or row.state != "proposed" or row.is_clean)

    def _file(self, path: str) -> Path:
        """Where a file really is: a link is followed, never replaced."""
        return (self._root / path).resolve()

    def _change_of(self, path: str, meant: Callable[[ProposalRow], bool] | None = None) -> _FileChange | None:
        try:
            data = read_file(self._file(path))
            if data is None:
                raise StorageError(path, "the article is gone")
            document = read(data)
        except (StorageError, FrontMatterError) as error:
            self.report.refused.append(f"{path}: {error.reason}")
            return None
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
            self.report.refused.append(f"{path}: {error}")
            return None
        return _FileChange(
            path=path,
            data=data,
            before=document.text,
            after=after,
            to_write=tuple(to_write),
            in_place=tuple(in_place),
            stale=tuple(stale),
            held=tuple(held),
        )

    def _refuse(self, change: _FileChange) -> None:
        self.report.refused += [f"{row.path}: {reason}" for row, reason in change.stale]
        self.report.refused += [f"{row.path}: its {_name(row)} {reason}" for row, reason in change.held]
        self.report.left += len(change.held)

    def _put(self, change: _FileChange) -> None:
        report = self.report
        for row, reason in change.stale:
            self._proposals.decide(row, "stale", who=PROGRAM, now=self._now(), note=reason)
        self._refuse(change)
        if change.to_write:
            try:
                write_file(
                    self._file(change.path), change.after.encode(), expect=lambda now: now == change.data
                )
            except StorageError as error:
                report.refused.append(f"{change.path}: {error.reason}")
                return
            report.changed.append(change.path)
        elif change.in_place:
            report.confirmed.append(change.path)
        for row in (*change.to_write, *change.in_place):
            self._proposals.decide(row, "applied", who=self._who, now=self._now())
            report.fields += 1
            report.offline += row.is_offline_text

    def _commit(self, foreign: set[str], changed_before: set[Path]) -> None:
        report = self.report
        written = [*report.changed, *report.confirmed]
        report.uncommitted = [path for path in written if path in foreign]
        ours = {self._file(path) for path in written if path not in foreign}
        if not self._request.names:
            ours |= self._left_behind(changed_before - {self._file(path) for path in written})
        if ours:
            noun = "article" if len(ours) == 1 else "articles"
            message = f"Rewrite the search texts of {len(ours)} {noun}"
            report.commit = commit_only(self._root, sorted(ours), message)

    def _left_behind(self, changed: set[Path]) -> set[Path]:
        """Files that an earlier run changed and did not come to commit."""
        found: set[Path] = set()
        for file in changed:
            path = file.relative_to(self._root).as_posix()
            if any(row.state == "applied" for row in self._proposals.of_path(path)):
                change = self._change_of(path, lambda row: row.state == "applied")
                if change is not None and _differs_by_ours_alone(committed(file), change):
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


def _differs_by_ours_alone(last: str | None, change: _FileChange) -> bool:
    """Whether the last commit with our texts put in is the file as it stands."""
    if last is None:
        return False
    try:
        ours = patch(last, {PATHS[row.field]: row.new for row in change.in_place})
    except (FrontMatterError, PatchError):
        return False
    return ours == change.before

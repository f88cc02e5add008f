"""Puts proposed texts into the article files: the field's lines, not one byte elsewhere, and only where they still fit.

A proposal is applied when the file holds its text, whoever put it there: that is looked up in the file, so an
interrupted run needs no repair, and running again changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from generator.config import PublishSettings
from generator.content.frontmatter import Document, patch, read
from generator.content.proposal_states import ProposalState
from generator.content.seo import PATHS, basis_of, texts_of
from generator.errors import FrontMatterError, PatchError, StorageError
from generator.store.files import read_file, write_file
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.proposal_history import PROGRAM
from generator.store.ledger.proposals import ProposalRow, Proposals
from generator.workflows.drafting.offline_texts import offline_refusal
from generator.workflows.site.file_change import FileChange
from generator.workflows.site.git import changed_below, commit_only, committed

_CHUNK = 50


@dataclass
class ApplyReport:
    """What became of the files. ``changed`` were written now, ``confirmed`` held the text already."""

    changed: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    fields: int = 0
    refused: list[str] = field(default_factory=list)
    left: int = 0
    """Proposals among the refused that stay as they are, to be applied once they may be."""
    offline: int = 0
    commit: str | None = None
    uncommitted: list[str] = field(default_factory=list)
    """Files that held other changes before and are left for a person to commit."""


@dataclass(frozen=True)
class _Fit:
    """How the proposals for one file meet it."""

    path: str
    data: bytes
    before: str
    after: str
    new: tuple[ProposalRow, ...]
    there: tuple[ProposalRow, ...]
    stale: tuple[tuple[ProposalRow, str], ...]
    held: tuple[tuple[ProposalRow, str], ...]
    """May not be written now, and stay as they are."""


class Applying:
    """Applies proposals below one content folder.

    Args:
        publish: tells whether texts of the offline model may be written.
        states: which proposals are meant.
        clean: of those that nobody approved, only the clean ones.
        names: only those of these articles (``subject/slug`` or slug); by default of all.
        who: whose decision it is.
    """

    def __init__(
        self,
        content_dir: Path,
        ledger: Ledger,
        proposals: Proposals,
        *,
        publish: PublishSettings,
        states: Sequence[ProposalState] = ("approved",),
        clean: bool = False,
        names: Sequence[str] = (),
        who: str = PROGRAM,
        now: Callable[[], str],
    ) -> None:
        self._root = content_dir
        self._ledger = ledger
        self._proposals = proposals
        self._publish = publish
        self._states = states
        self._clean = clean
        self._names = names
        self._who = who
        self._now = now
        self.report = ApplyReport()

    def preview(self) -> Iterator[str]:
        """The unified diff of each file that would change; nothing is written."""
        for path in self._paths():
            fit = self._fit(path)
            if fit is None:
                continue
            self._refuse(fit)
            if fit.after != fit.before:
                self.report.changed.append(path)
                self.report.fields += len(fit.new)
                yield FileChange(path, (), fit.before, fit.after).diff()

    def apply(self, *, commit: bool = False, progress: Callable[[int], None] = lambda _: None) -> ApplyReport:
        """Write the files, and commit them where asked.

        Raises:
            GitError: a commit is asked for, and there is no checkout or git refuses; what was written stays written.
            StorageError: the ledger cannot be used.
        """
        changed_before = changed_below(self._root) if commit else set()
        foreign: set[str] = set()
        paths = self._paths()
        while chunk := list(islice(paths, _CHUNK)):
            # The files come first: a crash before the transaction ends leaves texts that the next run finds in place.
            with self._ledger.database.transaction():
                for path in chunk:
                    fit = self._fit(path)
                    if fit is None:
                        continue
                    file = self._file(path)
                    if file in changed_before and not _differs_by_ours_alone(committed(file), fit):
                        foreign.add(path)
                    self._put(fit)
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
        if not self._names:
            yield from self._proposals.rows(states=self._states)
        for name in self._names:
            yield from self._proposals.named(name)

    def _is_meant(self, row: ProposalRow) -> bool:
        return row.state in self._states and (not self._clean or row.state != "proposed" or row.is_clean)

    def _file(self, path: str) -> Path:
        """Where a file really is: a link is followed, never replaced."""
        return (self._root / path).resolve()

    def _fit(self, path: str, meant: Callable[[ProposalRow], bool] | None = None) -> _Fit | None:
        try:
            data = read_file(self._file(path))
            if data is None:
                raise StorageError(path, "the article is gone")
            document = read(data)
        except (StorageError, FrontMatterError) as error:
            self.report.refused.append(f"{path}: {error.reason}")
            return None
        new: list[ProposalRow] = []
        there: list[ProposalRow] = []
        stale: list[tuple[ProposalRow, str]] = []
        held: list[tuple[ProposalRow, str]] = []
        for row in filter(meant or self._is_meant, self._proposals.of_path(path)):
            if texts_of(document)[row.field] == row.new:
                there.append(row)
            elif (reason := _outdated(document, row)) is not None:
                stale.append((row, reason))
            elif (reason := offline_refusal(row.is_offline_text, self._publish)) is not None:
                held.append((row, reason))
            else:
                new.append(row)
        try:
            after = patch(document.text, {PATHS[row.field]: row.new for row in new})
        except PatchError as error:
            self.report.refused.append(f"{path}: {error}")
            return None
        return _Fit(path, data, document.text, after, tuple(new), tuple(there), tuple(stale), tuple(held))

    def _refuse(self, fit: _Fit) -> None:
        self.report.refused += [f"{row.path}: {reason}" for row, reason in fit.stale]
        self.report.refused += [f"{row.path}: its {_name(row)} {reason}" for row, reason in fit.held]
        self.report.left += len(fit.held)

    def _put(self, fit: _Fit) -> None:
        report = self.report
        for row, reason in fit.stale:
            self._proposals.decide(row, "stale", who=PROGRAM, now=self._now(), note=reason)
        self._refuse(fit)
        if fit.new:
            try:
                write_file(self._file(fit.path), fit.after.encode(), expect=lambda now: now == fit.data)
            except StorageError as error:
                report.refused.append(f"{fit.path}: {error.reason}")
                return
            report.changed.append(fit.path)
        elif fit.there:
            report.confirmed.append(fit.path)
        for row in (*fit.new, *fit.there):
            self._proposals.decide(row, "applied", who=self._who, now=self._now())
            report.fields += 1
            report.offline += row.is_offline_text

    def _commit(self, foreign: set[str], changed_before: set[Path]) -> None:
        report = self.report
        written = [*report.changed, *report.confirmed]
        report.uncommitted = [path for path in written if path in foreign]
        ours = {self._file(path) for path in written if path not in foreign}
        if not self._names:
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
                fit = self._fit(path, lambda row: row.state == "applied")
                if fit is not None and _differs_by_ours_alone(committed(file), fit):
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


def _differs_by_ours_alone(last: str | None, fit: _Fit) -> bool:
    """Whether the last commit with our texts put in is the file as it stands."""
    if last is None:
        return False
    try:
        ours = patch(last, {PATHS[row.field]: row.new for row in fit.there})
    except (FrontMatterError, PatchError):
        return False
    return ours == fit.before

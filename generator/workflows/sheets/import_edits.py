"""The use case of ``drafts import``: takes edits and comments from a spreadsheet of drafts.

Edits go through the editor of the review page. A row applies to the version whose hash it has, and to no other. The
state column is never read: an import neither approves nor rejects.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from generator.content.states import DraftState
from generator.content.text import word_count
from generator.errors import GeneratorError, StorageError, UsageError
from generator.store.ledger.drafts.rows import DraftRow
from generator.workflows.draft_files.checker import SPREADSHEET
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import HasComments
from generator.workflows.review.editing.editor import DraftEditor, EditorServices
from generator.workflows.review.team.comments import DraftComments, check_comment
from generator.workflows.sheets.columns import (
    COMMENT,
    EDITABLE_COLUMNS,
    HASH,
    KEY,
    NUMBER,
    STATE,
    plain,
    texts_of,
)
from generator.workflows.sheets.files import SheetRow, read_table
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Sequence

Result = Literal["changed", "unchanged", "refused"]
_MAX_DIGITS = 15


@dataclass(frozen=True, slots=True)
class SheetImport:
    """Which file is imported. With ``dry_run`` nothing is changed. ``reviewer`` None is the name from the settings or git."""

    file: Path
    dry_run: bool = False
    reviewer: str | None = None


class FieldWords(NamedTuple):
    """A changed field, with its number of words before and after."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of a row, or would become of it.

    Args:
        number: of the row in the sheet, from 1.
        name: of the draft; empty if the row names none.
        fields: the changed fields.
        has_comment: whether the row has a new comment.
        state: of the draft after the row was applied; None without a draft.
        reason: why it was refused; empty if it was not.
    """

    number: int
    name: str
    result: Result
    fields: tuple[FieldWords, ...] = ()
    has_comment: bool = False
    state: DraftState | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The rows of the file, and in ``other_states`` how many have another state than their draft."""

    rows: tuple[RowOutcome, ...]
    other_states: int
    dry_run: bool

    @property
    def needs_person(self) -> bool:
        """Whether a row was refused."""
        return any(row.result == "refused" for row in self.rows)

    def count(self, result: Result) -> int:
        """The number of rows with a result."""
        return sum(row.result == result for row in self.rows)


class SheetImportServices(EditorServices, HasComments, Protocol):
    """The services that importing a spreadsheet needs."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A row before it is applied: its draft, what it changes, or in ``problem`` why it cannot be applied."""

    row: SheetRow
    draft: DraftRow | None
    changes: dict[str, str] = field(default_factory=dict)
    fields: tuple[FieldWords, ...] = ()
    comment: str = ""
    problem: str = ""

    @property
    def is_edited(self) -> bool:
        """Whether a person edited the row."""
        return bool(self.changes or self.comment or self.problem)

    def refused(self, reason: str) -> RowOutcome:
        """The outcome of a row that cannot be applied."""
        return RowOutcome(
            self.row.number,
            self.draft.name if self.draft else self.row.cells.get(KEY, ""),
            "refused",
            self.fields,
            bool(self.comment),
            self.draft.state if self.draft else None,
            reason,
        )


def import_sheet(services: SheetImportServices, request: SheetImport) -> ImportOutcome:
    """Apply the rows of a spreadsheet, each by itself, in the order of the file.

    Raises:
        UsageError: the file is no table of drafts, nothing was ever drafted, or the reviewer has no name.
        StorageError: a file cannot be read or written.
    """
    who = reviewer_name(services.settings, request.reviewer)
    rows = read_table(request.file)
    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
    return _SheetImporter(services, who, dry_run=request.dry_run).apply(rows)


class _SheetImporter:
    """Plans all rows of one file, then applies them."""

    def __init__(self, services: SheetImportServices, who: str, *, dry_run: bool) -> None:
        self._drafts = services.drafts
        self._editor = DraftEditor(services)
        self._comments = DraftComments(services)
        self._files = EditImporter(services)
        self._who = who
        self._dry_run = dry_run

    def apply(self, rows: Sequence[SheetRow]) -> ImportOutcome:
        plans = [self._planned(row) for row in rows]
        lines: dict[int, list[int]] = defaultdict(list)
        edited: set[int] = set()
        for plan in plans:
            if plan.draft is not None:
                lines[plan.draft.id].append(plan.row.number)
                edited |= {plan.draft.id} if plan.is_edited else set()
        outcomes = []
        for plan in plans:
            own = lines[plan.draft.id] if plan.draft is not None else []
            if plan.draft is not None and len(own) > 1 and plan.draft.id in edited:
                numbers = ", ".join(map(str, own))
                outcomes.append(plan.refused(f"the draft is in several rows: {numbers}"))
            else:
                outcomes.append(self._applied(plan))
        others = sum(
            plan.draft is not None and plan.row.cells.get(STATE, "").strip() not in ("", plan.draft.state)
            for plan in plans
        )
        return ImportOutcome(tuple(outcomes), others, self._dry_run)

    def _planned(self, row: SheetRow) -> _Plan:
        number = row.cells.get(NUMBER, "").strip()
        if not (number.isascii() and number.isdecimal() and len(number) <= _MAX_DIGITS):
            return _Plan(row, None, problem=f"{number!r} in the column {NUMBER} is no number of a draft")
        draft = self._drafts.find(int(number))
        if draft is None:
            return _Plan(row, None, problem=f"there is no draft {number}")
        if row.cells.get(KEY, "").strip() not in ("", draft.key):
            return _Plan(row, None, problem=f"draft {number} is not {row.cells[KEY].strip()}")
        try:
            if not self._dry_run:
                draft = self._files.sync(draft)
            elif self._files.is_edited(draft):
                return _Plan(row, draft, problem="its file was changed on disk; generator list imports that")
        except StorageError as error:
            return _Plan(row, draft, problem=str(error))
        return self._compared(row, draft)

    def _compared(self, row: SheetRow, draft: DraftRow) -> _Plan:
        """Compare the cells of a row with the present texts of its draft."""
        texts = texts_of(draft, self._drafts.data(draft))
        cells = {name: plain(row.cells[name]) for name in EDITABLE_COLUMNS if name in row.cells}
        changes = {name: cell for name, cell in cells.items() if cell != plain(texts[name])}
        comment = plain(row.cells.get(COMMENT, ""))
        if not comment.strip() or self._comments.has(draft, comment, who=self._who):
            comment = ""
        plan = _Plan(
            row,
            draft,
            changes,
            tuple(
                FieldWords(name, word_count(texts[name]), word_count(cell)) for name, cell in changes.items()
            ),
            comment,
        )
        return self._with_problem(plan, draft, row.cells[HASH].strip())

    def _with_problem(self, plan: _Plan, draft: DraftRow, sha: str) -> _Plan:
        def problem(text: str) -> _Plan:
            return _Plan(plan.row, draft, plan.changes, plan.fields, plan.comment, text)

        if not plan.changes and not plan.comment:
            return plan
        if sha != (draft.sha or ""):
            return problem(self._what_changed(draft, sha))
        blank = [name for name, cell in plan.changes.items() if not cell.strip()]
        if blank:
            return problem(f"the cell of {blank[0]} is empty; to empty the field, edit the draft itself")
        try:
            if plan.comment:
                check_comment(plan.comment)
        except UsageError as error:
            return problem(str(error))
        return plan

    def _what_changed(self, draft: DraftRow, sha: str) -> str:
        """Why a row with another hash than the draft's present one is refused."""
        version = next((one for one in self._drafts.versions.of(draft.id) if one.sha == sha), None)
        if version is None:
            return f"the hash {sha[:12] or '(empty)'} is of no version of this draft"
        before = texts_of(draft, self._drafts.versions.data(draft.id, version.n))
        after = texts_of(draft, self._drafts.data(draft))
        names = [name for name in EDITABLE_COLUMNS if before[name] != after[name]]
        return f"changed since the export: {', '.join(names) or 'other fields'}"

    def _applied(self, plan: _Plan) -> RowOutcome:
        draft = plan.draft
        if plan.problem or draft is None:
            return plan.refused(plan.problem)
        try:
            state, is_changed = self._edit(draft, plan.changes)
            if plan.comment and not self._dry_run:
                self._comments.add(draft, plan.comment, who=self._who)
        except GeneratorError as error:
            return plan.refused(str(error))
        result: Result = "changed" if is_changed or plan.comment else "unchanged"
        return RowOutcome(plan.row.number, draft.name, result, plan.fields, bool(plan.comment), state)

    def _edit(self, draft: DraftRow, changes: dict[str, str]) -> tuple[DraftState, bool]:
        """Save the changes, or with ``dry_run`` only check them; returns the state and whether a byte changes."""
        if not changes:
            return draft.state, False
        if self._dry_run:
            checked = self._editor.examine(draft, changes)
            return (checked.state, True) if checked else (draft.state, False)
        after = self._editor.save_fields(draft, changes, who=self._who, origin=SPREADSHEET)
        return after.state, after.version != draft.version

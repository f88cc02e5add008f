"""What a reviewer decides on drafts: approve, reject, allow, one or many at once, and taking a decision back.

Every decision is a new line in the ledger with who, when and the hash of the bytes; nothing deletes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.approval import covered_hash
from generator.content.display import in_words
from generator.content.frontmatter import read
from generator.errors import FrontMatterError, GeneratorError, PatchError, UsageError
from generator.store.ledger.drafts import StaleDraft
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasRevisions,
    HasSettings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from generator.store.ledger.decisions import DraftDecision
    from generator.store.ledger.drafts import DraftRow

    _Step = Callable[[int | None], DraftRow]
    """Takes a decision that was checked, within the caller's transaction, as part of the bulk of this number."""

ALLOWED = "to be drafted anyway"


class NotApprovable(GeneratorError):
    """A draft that must be edited before anyone can approve it; ``codes`` are the rules it fails."""

    def __init__(self, row: DraftRow, codes: tuple[str, ...], reason: str) -> None:
        super().__init__(f"{row.name} {reason}")
        self.codes = codes


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """What became of several drafts: those decided on, and a line for each that was left."""

    decided: tuple[DraftRow, ...]
    left: tuple[str, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether anything was left."""
        return bool(self.left)


class DecisionServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasRevisions, HasCorpus, Protocol):
    """What deciding on drafts takes."""


class DraftDecisions:
    """The decisions of reviewers on the drafts of one ledger."""

    def __init__(self, services: DecisionServices) -> None:
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._revisions = services.revisions
        self._importer = EditImporter(services)
        self._now = services.now

    def approve(self, row: DraftRow, *, who: str) -> DraftRow:
        """Approve the exact bytes that ``row`` names; publishing may change only what it assigns itself.

        Args:
            row: the draft as the reviewer saw it.

        Raises:
            NotApprovable: it has findings of severity error, or no text.
            StaleDraft: it changed since, in the ledger or on disk.
        """
        self._importer.require_unchanged(row)
        return self._alone(self._approval(row, who, None))

    def reject(self, row: DraftRow, *, reason: str, who: str) -> DraftRow:
        """Reject a draft, for a reason that the next one can learn from.

        Raises:
            UsageError: no reason.
            StaleDraft: it changed since ``row`` was read.
        """
        self._importer.require_unchanged(row)
        return self._alone(self._rejection(row, who, reason))

    def allow(self, row: DraftRow, *, who: str) -> DraftRow:
        """Have a near duplicate drafted anyway, by the next run over its list; until then it stays one.

        Raises:
            UsageError: it is no near duplicate that is held back.
            StaleDraft: it changed since ``row`` was read.
        """
        self._importer.require_unchanged(row)
        return self._alone(self._allowance(row, who, None))

    def approve_named(
        self, rows: Sequence[DraftRow], *, who: str, note: str | None = None
    ) -> DecisionOutcome:
        """Approve drafts as they are now, as one decision; one that cannot be approved is left."""
        return self._together(rows, lambda row: self._approval(row, who, note), numbered=len(rows) > 1)

    def reject_named(self, rows: Sequence[DraftRow], *, reason: str, who: str) -> DecisionOutcome:
        """Reject drafts as they are now, as one decision; one that cannot be rejected is left."""
        return self._together(rows, lambda row: self._rejection(row, who, reason), numbered=len(rows) > 1)

    def allow_named(self, rows: Sequence[DraftRow], *, who: str, note: str | None = None) -> DecisionOutcome:
        """Have near duplicates drafted anyway, as one decision; a draft that is none is left."""
        return self._together(rows, lambda row: self._allowance(row, who, note), numbered=len(rows) > 1)

    def approve_clean(
        self, rows: Iterable[DraftRow] | None = None, *, who: str, note: str | None = None
    ) -> DecisionOutcome:
        """Approve the drafts to review that no rule objects to, not even with a warning, as one decision.

        A draft whose revision is asked for or waits to be looked at is left: somebody wants another text.

        Args:
            rows: the drafts to choose from; all by default. Those with findings are passed over in silence.
        """

        def approval(row: DraftRow) -> _Step | None:
            if row.state != "drafted" or not row.clean:
                return None
            approve = self._approval(row, who, note or "all clean drafts")

            def step(bulk: int | None) -> DraftRow:
                revision = self._revisions.open_of(row.id)
                if revision is not None:
                    waits = "is asked for" if revision.state == "asked" else "waits to be looked at"
                    raise StaleDraft(f"{row.key}: a revision of it {waits}")
                return approve(bulk)

            return step

        chosen = self._drafts.all(("drafted",)) if rows is None else rows
        return self._together(chosen, approval, numbered=True)

    def take_back(self, decision: DraftDecision, *, who: str) -> DraftRow:
        """Give a draft the state that it had before a decision, as a new one; within the caller's transaction.

        Raises:
            StaleDraft: the draft went on since: edited, published, or decided on again.
        """
        row = self._drafts.get(decision.row)
        if row.state in ("publishing", "published"):
            raise StaleDraft(
                f"{row.name} is published, which cannot be undone: use generator withdraw {row.name} --reason ..."
            )
        self._drafts.decisions.require_standing(row, decision)
        if decision.allows and not self._ledger.jobs.hold(row.job, self._now()):
            raise StaleDraft(f"{row.name} is being drafted already")
        after = self._drafts.take_back(row, decision, who=who, now=self._now())
        standing = self._drafts.decisions.standing(row.id)
        if standing is not None and standing.allows:  # what a rejection held back is allowed again
            self._ledger.jobs.allow(row.job, self._now())
        return after

    # inside

    def _approval(self, row: DraftRow, who: str, note: str | None) -> _Step:
        covered = self._coverable(row)
        return lambda bulk: self._drafts.decide(
            row, "approved", who=who, now=self._now(), note=note, covered=covered, bulk=bulk
        )

    def _rejection(self, row: DraftRow, who: str, reason: str) -> _Step:
        reason = reason.strip()
        if not reason:
            raise UsageError("a rejection needs a reason")

        def step(bulk: int | None) -> DraftRow:
            done = self._drafts.decide(row, "rejected", who=who, now=self._now(), note=reason, bulk=bulk)
            if row.state == "near_duplicate":
                self._ledger.jobs.hold(row.job, self._now())  # where it was allowed before
            return done

        return step

    def _allowance(self, row: DraftRow, who: str, note: str | None) -> _Step:
        if row.state != "near_duplicate":
            raise UsageError(f"{row.name} is {row.state.replace('_', ' ')}, not a near duplicate")
        said = f"{ALLOWED}: {note.strip()}" if note and note.strip() else ALLOWED

        def step(bulk: int | None) -> DraftRow:
            job = self._ledger.jobs.states_of([row.job])[row.job]
            if job != "held":
                raise UsageError(
                    f"{row.name} was drafted already, and its address was taken"
                    if job == "done"
                    else f"{row.name} is to be drafted already"
                )
            done = self._drafts.decide(row, "near_duplicate", who=who, now=self._now(), note=said, bulk=bulk)
            self._ledger.jobs.allow(row.job, self._now())
            return done

        return step

    def _alone(self, step: _Step) -> DraftRow:
        with self._drafts.transaction():
            return step(None)

    def _together(
        self, rows: Iterable[DraftRow], prepare: Callable[[DraftRow], _Step | None], *, numbered: bool
    ) -> DecisionOutcome:
        """Decide on drafts as they are now, as one decision; one that cannot be decided on is left.

        Args:
            prepare: checks a draft; None passes it over.
            numbered: whether the decisions share a number, by which they are taken back together.
        """
        steps: list[_Step] = []
        decided: list[DraftRow] = []
        left: list[str] = []
        for row in rows:  # their files first: nothing is read or written within the transaction
            try:
                step = prepare(self._importer.current(row))
            except GeneratorError as error:
                left.append(str(error))
            else:
                steps += [step] if step else []
        with self._drafts.transaction():
            bulk = self._drafts.decisions.next_bulk() if numbered else None
            for step in steps:
                try:
                    decided.append(step(bulk))
                except (StaleDraft, UsageError) as error:
                    left.append(str(error))
        return DecisionOutcome(tuple(decided), tuple(left))

    def _coverable(self, row: DraftRow) -> str:
        """The hash of what an approval of this draft covers."""
        data = self._drafts.data(row)
        if data is None or row.key is None:
            raise NotApprovable(row, (), f"is {in_words(row.state)} and has no article to approve")
        codes = self._error_codes(row)
        if row.errors or codes:
            raise NotApprovable(row, codes, f"must be edited first: {', '.join(codes)}")
        try:
            return covered_hash(read(data))
        except (FrontMatterError, PatchError) as error:
            raise NotApprovable(row, (), f"cannot be published as it is written: {error}") from error

    def _error_codes(self, row: DraftRow) -> tuple[str, ...]:
        """The rules that the draft's current version fails, each once, in the order of its findings."""
        findings = next(
            (item.findings for item in self._drafts.versions.of(row.id) if item.n == row.version), ()
        )
        return tuple(dict.fromkeys(item.code for item in findings if item.severity == "error"))

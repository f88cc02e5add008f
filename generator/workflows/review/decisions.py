"""What a reviewer decides on drafts: approve, reject, allow, all clean ones at once, and taking a decision back.

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
    from collections.abc import Iterable

    from generator.store.ledger.decisions import DraftDecision
    from generator.store.ledger.drafts import DraftRow

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

    def approve(self, row: DraftRow, *, who: str, note: str | None = None) -> DraftRow:
        """Approve the exact bytes that ``row`` names; publishing may change only what it assigns itself.

        Args:
            row: the draft as the reviewer saw it.

        Raises:
            NotApprovable: it has findings of severity error, or no text.
            StaleDraft: it changed since, in the ledger or on disk.
        """
        self._importer.require_unchanged(row)
        covered = self._coverable(row)
        with self._drafts.transaction():
            return self._drafts.decide(row, "approved", who=who, now=self._now(), note=note, covered=covered)

    def reject(self, row: DraftRow, *, reason: str, who: str) -> DraftRow:
        """Reject a draft, for a reason that the next one can learn from.

        Raises:
            UsageError: no reason.
            StaleDraft: it changed since ``row`` was read.
        """
        if not reason.strip():
            raise UsageError("a rejection needs a reason")
        self._importer.require_unchanged(row)
        with self._drafts.transaction():
            if row.state == "near_duplicate":
                self._ledger.jobs.hold(row.job, self._now())  # where it was allowed before
            return self._drafts.decide(row, "rejected", who=who, now=self._now(), note=reason.strip())

    def allow(self, row: DraftRow, *, who: str, note: str | None = None) -> DraftRow:
        """Have a near duplicate drafted anyway, by the next run over its list; until then it stays one.

        Raises:
            UsageError: it is no near duplicate that is held back.
            StaleDraft: it changed since ``row`` was read.
        """
        if row.state != "near_duplicate":
            raise UsageError(f"{row.name} is {in_words(row.state)}, not a near duplicate")
        self._importer.require_unchanged(row)
        said = f"{ALLOWED}: {note.strip()}" if note and note.strip() else ALLOWED
        with self._drafts.transaction():
            if not self._ledger.jobs.allow(row.job, self._now()):
                state = self._ledger.jobs.states_of([row.job])[row.job]
                raise UsageError(
                    f"{row.name} was drafted already, and its address was taken"
                    if state == "done"
                    else f"{row.name} is to be drafted already"
                )
            return self._drafts.decide(row, "near_duplicate", who=who, now=self._now(), note=said)

    def approve_clean(
        self, rows: Iterable[DraftRow] | None = None, *, who: str, note: str | None = None
    ) -> DecisionOutcome:
        """Approve the drafts to review that no rule objects to, not even with a warning, as one decision.

        A draft whose revision is asked for or waits to be looked at is left: somebody wants another text.

        Args:
            rows: the drafts to choose from; all by default. Those with findings are passed over in silence.
        """
        decided: list[DraftRow] = []
        left: list[str] = []
        ready: list[tuple[DraftRow, str]] = []
        for row in self._drafts.all(("drafted",)) if rows is None else rows:
            try:
                seen = self._importer.current(row)
                if seen.state == "drafted" and seen.clean:
                    ready.append((seen, self._coverable(seen)))
            except GeneratorError as error:
                left.append(str(error))
        with self._drafts.transaction():
            bulk = self._drafts.decisions.next_bulk()
            for row, covered in ready:
                revision = self._revisions.open_of(row.id)
                if revision is not None:
                    waits = "is asked for" if revision.state == "asked" else "waits to be looked at"
                    left.append(f"{row.key}: a revision of it {waits}")
                    continue
                try:
                    done = self._drafts.decide(
                        row,
                        "approved",
                        who=who,
                        now=self._now(),
                        note=note or "all clean drafts",
                        covered=covered,
                        bulk=bulk,
                    )
                except StaleDraft as error:
                    left.append(str(error))
                else:
                    decided.append(done)
        return DecisionOutcome(tuple(decided), tuple(left))

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
        return self._drafts.take_back(row, decision, who=who, now=self._now())

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

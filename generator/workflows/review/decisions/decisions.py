"""Records reviewers' decisions on drafts: approve, reject and allow, for one or many drafts, and their undo.

Each decision is a new row in the ledger with the reviewer, the time and the hash of the bytes. No decision is deleted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import starmap
from typing import TYPE_CHECKING, Protocol

from generator.content.display import in_words, plural
from generator.content.evidence.approval import covered_hash
from generator.content.frontmatter import read
from generator.errors import FrontMatterError, GeneratorError, PatchError, UsageError
from generator.store.ledger.drafts.rows import StaleDraft
from generator.workflows.claims.view import open_claims
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ports import (
    HasClaims,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasLots,
    HasRevisions,
    HasSetAside,
    HasSettings,
)
from generator.workflows.review.decisions.unread import obstacle_to_unread
from generator.workflows.review.reading import release_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from generator.content.evidence.release import Release
    from generator.store.ledger.drafts.decisions import DraftDecision
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.sampling.rows import LotMark

    _Step = Callable[[int | None], DraftRow]
    """Records a checked decision in the transaction of the caller. The argument is the number of its bulk, or None."""

ALLOWED = "to be drafted anyway"
REASON_NEEDED = "a rejection needs a reason"


class NotApprovable(GeneratorError):
    """A draft that must be edited before it can be approved. ``codes`` are the rules that it fails."""

    def __init__(self, row: DraftRow, codes: tuple[str, ...], reason: str) -> None:
        super().__init__(f"{row.name} {reason}")
        self.codes = codes


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """The result for several drafts: those decided on, and in ``left`` a line for each that was skipped.

    ``insufficient`` are those approved on less evidence than publishing requires.
    """

    decided: tuple[DraftRow, ...]
    left: tuple[str, ...] = ()
    insufficient: tuple[DraftRow, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether a draft was skipped."""
        return bool(self.left)


class DecisionServices(
    HasSettings,
    HasLedger,
    HasDrafts,
    HasDraftFiles,
    HasRevisions,
    HasSetAside,
    HasClaims,
    HasLots,
    HasCorpus,
    Protocol,
):
    """The services that deciding on drafts needs."""


class DraftDecisions:
    """Records decisions on the drafts of one ledger. ``who`` is the reviewer's name, ``note`` is stored with it."""

    def __init__(self, services: DecisionServices) -> None:
        self._services = services
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._lots = services.lots
        self._importer = EditImporter(services)
        self._now = services.now

    def approve(self, row: DraftRow, *, who: str) -> DraftRow:
        """Approve the exact bytes of ``row``. Publishing can change only the fields that it assigns.

        Args:
            row: the draft as the reviewer saw it.

        Raises:
            NotApprovable: the draft has errors, no text, or claims that must be settled first, or its subject is
                approved by others.
            StaleDraft: the draft changed since ``row`` was read, in the ledger or on disk.
        """
        self._importer.require_unchanged(row)
        return self._decide_one(self._approval(row, who, None))

    def reject(self, row: DraftRow, *, reason: str, who: str) -> DraftRow:
        """Reject a draft. The reason is stored with the decision.

        Raises:
            UsageError: the reason is blank.
            StaleDraft: the draft changed since ``row`` was read.
        """
        self._importer.require_unchanged(row)
        return self._decide_one(self._rejection(row, who, reason))

    def allow(self, row: DraftRow, *, who: str) -> DraftRow:
        """Allow a near duplicate: the next run of its list drafts it. Until then it stays a near duplicate.

        Raises:
            UsageError: the draft is not a near duplicate, or it is allowed already.
            StaleDraft: the draft changed since ``row`` was read.
        """
        self._importer.require_unchanged(row)
        return self._decide_one(self._allowance(row, who, None))

    def approve_named(
        self, rows: Sequence[DraftRow], *, who: str, note: str | None = None
    ) -> DecisionOutcome:
        """Approve drafts as they are now, as one decision. A draft that cannot be approved is skipped.

        Of several drafts, those are skipped too that must not be approved unread.
        """
        is_bulk = len(rows) > 1
        approval = self._unread_approval if is_bulk else self._approval
        return self._decide_many(rows, lambda row: approval(row, who, note), is_bulk=is_bulk)

    def reject_named(self, rows: Sequence[DraftRow], *, reason: str, who: str) -> DecisionOutcome:
        """Reject drafts as they are now, as one decision. A draft that cannot be rejected is skipped."""
        return self._decide_many(rows, lambda row: self._rejection(row, who, reason), is_bulk=len(rows) > 1)

    def allow_named(self, rows: Sequence[DraftRow], *, who: str, note: str | None = None) -> DecisionOutcome:
        """Allow near duplicates, as one decision. A draft that is not a near duplicate is skipped."""
        return self._decide_many(rows, lambda row: self._allowance(row, who, note), is_bulk=len(rows) > 1)

    def approve_seen(self, rows: Sequence[DraftRow], *, who: str) -> DecisionOutcome:
        """Approve drafts as the reviewer saw them, as one decision.

        A draft that changed since ``rows`` were read, that cannot be approved or must not be unread is skipped.
        """
        return self._decide_many(
            rows, lambda row: self._unread_approval(row, who, None), is_bulk=True, as_seen=True
        )

    def reject_seen(self, rows: Sequence[DraftRow], *, reason: str, who: str) -> DecisionOutcome:
        """Reject drafts as the reviewer saw them, as one decision. A draft that changed since is skipped.

        Raises:
            UsageError: the reason is blank.
        """
        if not reason.strip():
            raise UsageError(REASON_NEEDED)
        return self._decide_many(
            rows, lambda row: self._rejection(row, who, reason), is_bulk=True, as_seen=True
        )

    def approve_clean(
        self, rows: Iterable[DraftRow] | None = None, *, who: str, note: str | None = None
    ) -> DecisionOutcome:
        """Approve the clean drafts to review, which have neither an error nor a warning, as one decision.

        A draft with an open revision or a queued redraft is skipped, because somebody wants another text. So are those
        that a lot decides on, and those that must be read because their lot failed.

        Args:
            rows: the drafts to choose from; None for all that nobody has set aside for later. Drafts with findings are
                ignored without a line in ``left``.
        """

        in_lots: Counter[LotMark] = Counter()

        def approval(row: DraftRow) -> _Step | None:
            if row.state != "drafted" or not row.is_clean:
                return None
            mark = self._lots.marks([row.id]).get(row.id)
            if mark is not None:
                in_lots[mark] += 1
                return None
            return self._unread_approval(row, who, note or "all clean drafts")

        if rows is None:
            set_aside = self._services.set_aside.all()
            rows = (row for row in self._drafts.all(("drafted",)) if row.id not in set_aside)
        outcome = self._decide_many(rows, approval, is_bulk=True)
        return replace(outcome, left=(*outcome.left, *starmap(_left_to_lot, in_lots.items())))

    def prepared_approval(
        self, row: DraftRow, *, who: str, release: Release, note: str | None = None
    ) -> Callable[[int | None], DraftRow]:
        """Check that a draft can be approved as it is.

        Returns:
            what records the approval in the caller's transaction; it takes the number of the bulk, or None.

        Raises:
            NotApprovable: as :meth:`approve`.
        """
        return self._approval(row, who, note, release)

    def undo(self, decision: DraftDecision, *, who: str) -> DraftRow:
        """Undo a decision, recorded as a new decision: the state is the one before it. Needs an open transaction.

        Raises:
            StaleDraft: the draft was edited, published or decided on again since, or it would be approved again
                although claims must be settled first.
        """
        row = self._drafts.get(decision.row)
        if row.state in ("publishing", "published"):
            raise StaleDraft(
                f"{row.name} is published, which cannot be undone: use generator withdraw {row.name} --reason ..."
            )
        self._drafts.decisions.require_effective(row, decision)
        if decision.before == "approved" and open_claims(self._services, row):
            raise StaleDraft(f"{row.name} has claims to settle first: generator claims show {row.name}")
        if decision.allows and not self._ledger.jobs.hold(row.job, self._now()):
            raise StaleDraft(f"{row.name} is being drafted already")
        restored = self._drafts.undo(row, decision, who=who, now=self._now())
        present = self._drafts.decisions.effective(row.id)
        if present is not None and present.allows:  # undoing a rejection allows the near duplicate again
            self._ledger.jobs.allow(row.job, self._now())
        return restored

    def _approval(self, row: DraftRow, who: str, note: str | None, release: Release | None = None) -> _Step:
        """The checked approval of a draft.

        Args:
            release: the evidence that it rests on; None for what is on record of this reviewer's reading.
        """
        covered = self._covered_hash(row)
        self.require_signoff(row, who)
        self._require_settled_claims(row)
        evidence = release or release_by(self._services, row, who)
        return lambda bulk: self._drafts.decide(
            row,
            "approved",
            who=who,
            now=self._now(),
            note=note,
            covered=covered,
            bulk=bulk,
            release=evidence,
        )

    def _unread_approval(self, row: DraftRow, who: str, note: str | None) -> _Step:
        """The approval of a draft among others. It raises StaleDraft for one that must not be approved unread."""
        approve = self._approval(row, who, note)

        def step(bulk: int | None) -> DraftRow:
            obstacle = obstacle_to_unread(self._services, row.id, is_chosen=True)
            if obstacle is not None:
                raise StaleDraft(f"{row.name} {obstacle.one}")
            return approve(bulk)

        return step

    def _rejection(self, row: DraftRow, who: str, reason: str) -> _Step:
        reason = reason.strip()
        if not reason:
            raise UsageError(REASON_NEEDED)

        def step(bulk: int | None) -> DraftRow:
            rejected = self._drafts.decide(row, "rejected", who=who, now=self._now(), note=reason, bulk=bulk)
            if row.state == "near_duplicate":
                self._ledger.jobs.hold(row.job, self._now())  # in case it was allowed before
            return rejected

        return step

    def _allowance(self, row: DraftRow, who: str, note: str | None) -> _Step:
        if row.state != "near_duplicate":
            raise UsageError(f"{row.name} is {in_words(row.state)}, not a near duplicate")
        stored_note = f"{ALLOWED}: {note.strip()}" if note and note.strip() else ALLOWED

        def step(bulk: int | None) -> DraftRow:
            job = self._ledger.jobs.states_of([row.job])[row.job]
            if job != "held":
                raise UsageError(
                    f"{row.name} was drafted already, but another article has its address"
                    if job == "done"
                    else f"{row.name} is allowed already"
                )
            allowed = self._drafts.decide(
                row, "near_duplicate", who=who, now=self._now(), note=stored_note, bulk=bulk
            )
            self._ledger.jobs.allow(row.job, self._now())
            return allowed

        return step

    def _decide_one(self, step: _Step) -> DraftRow:
        with self._drafts.transaction():
            return step(None)

    def _decide_many(
        self,
        rows: Iterable[DraftRow],
        prepare: Callable[[DraftRow], _Step | None],
        *,
        is_bulk: bool,
        as_seen: bool = False,
    ) -> DecisionOutcome:
        """Decide on drafts as they are now, as one decision. A draft that cannot be decided on is skipped.

        Args:
            prepare: checks a draft and returns its decision, or None to ignore the draft.
            is_bulk: whether the decisions share a number, by which they are undone together.
            as_seen: whether a draft that changed since ``rows`` were read is skipped too.
        """
        steps: list[_Step] = []
        decided: list[DraftRow] = []
        left: list[str] = []
        for row in rows:  # before the transaction, in which no file is read or written
            try:
                if as_seen:
                    self._importer.require_unchanged(row)
                step = prepare(row if as_seen else self._importer.sync(row))
            except GeneratorError as error:
                left.append(str(error))
            else:
                steps += [step] if step else []
        with self._drafts.transaction():
            bulk = self._drafts.decisions.next_bulk() if is_bulk else None
            for step in steps:
                try:
                    decided.append(step(bulk))
                except (StaleDraft, UsageError) as error:
                    left.append(str(error))
        return DecisionOutcome(tuple(decided), tuple(left))

    def _covered_hash(self, row: DraftRow) -> str:
        """The hash of what an approval of this draft covers. Raises NotApprovable if it has errors or no text."""
        data = self._drafts.data(row)
        if data is None or row.key is None:
            raise NotApprovable(row, (), f"is {in_words(row.state)} and has no article to approve")
        codes = self._error_codes(row)
        if row.errors or codes:
            raise NotApprovable(row, codes, f"must be edited first: {', '.join(codes)}")
        try:
            return covered_hash(read(data))
        except (FrontMatterError, PatchError) as error:
            raise NotApprovable(row, (), f"cannot be published: {error}") from error

    def require_signoff(self, row: DraftRow, who: str) -> None:
        """Raises NotApprovable where the subject names who may approve, and this reviewer is not among them."""
        subject = self._services.subjects.resolve(row.subject or "")
        if subject is not None and subject.signoff and not _is_among(who, subject.signoff):
            names = " or ".join(subject.signoff)
            raise NotApprovable(
                row, (), f"must be approved by {names}: signoff of {subject.name} in config.yaml"
            )

    def _require_settled_claims(self, row: DraftRow) -> None:
        """Raises NotApprovable where a claim must be settled first."""
        found = open_claims(self._services, row)
        if found:
            first = found[0]
            raise NotApprovable(
                row,
                (),
                f"has {plural(len(found), 'claim')} to settle first, the first: {first.claim.words!r} is"
                f" {first.verdict.name} (generator claims show {row.name})",
            )

    def _error_codes(self, row: DraftRow) -> tuple[str, ...]:
        """The rules that the draft's present version fails, each once, in the order of the findings."""
        findings = next(
            (item.findings for item in self._drafts.versions.of(row.id) if item.n == row.version), ()
        )
        return tuple(dict.fromkeys(item.code for item in findings if item.severity == "error"))


def _left_to_lot(mark: LotMark, count: int) -> str:
    """Why a bulk approval skipped so many drafts of a lot."""
    if mark.must_be_read:
        return f"lot {mark.lot} failed: {plural(count, 'clean draft')} of it must be read"
    return f"lot {mark.lot} decides on {plural(count, 'clean draft')}: generator lots show {mark.lot}"


def _is_among(name: str, names: Sequence[str]) -> bool:
    """Whether a name is in a list, without regard to case and spacing."""
    return _folded(name) in {_folded(each) for each in names}


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()

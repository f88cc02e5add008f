"""The `status` command: drafts by state, what was spent, and failures by cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.workflows.batch.incomplete import notes_on_incomplete
from generator.workflows.ledger.judge_agreement import JudgeAgreement, judge_agreement
from generator.workflows.ports import HasBatches, HasDrafts, HasLedger, HasLots, HasScores
from generator.workflows.sampling.lot_view import LotViews

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.content.evidence.release import ReleaseKind
    from generator.content.states import DraftState
    from generator.store.ledger.runs.calls import Spend
    from generator.workflows.sampling.lot_view import LotView

_FOR_A_PERSON: tuple[DraftState, ...] = ("needs_fix", "refused", "failed", "near_duplicate")


class StatusServices(HasLedger, HasDrafts, HasBatches, HasScores, HasLots, Protocol):
    """What reporting the state of a ledger takes."""


class FailureCount(NamedTuple):
    """How many calls failed for one cause, and for how many questions they were made."""

    cause: str
    calls: int
    questions: int


class ReasonCount(NamedTuple):
    """How many drafts need a person for one reason."""

    state: str
    reason: str
    drafts: int


@dataclass(frozen=True)
class LedgerStatus:
    """The state of a ledger.

    Args:
        states: drafts by state.
        waiting: questions without a draft, by the state of their job.
        offline_drafts: how many drafts the offline model wrote.
        failures, reasons: most frequent first.
        incomplete: a line for each batch without all of its answers, where the missing ones may be charged.
        lots: those that are not released and not ended, newest first.
        judge: how well the judge agrees with people; None where it never judged.
        released: drafts that are approved or published, by the kind of evidence for the approval.
    """

    states: Mapping[DraftState, int]
    waiting: Mapping[str, int]
    offline_drafts: int
    spend: Spend
    offline_spend: Spend
    failures: tuple[FailureCount, ...]
    reasons: tuple[ReasonCount, ...]
    incomplete: tuple[str, ...]
    judge: JudgeAgreement | None
    released: Mapping[ReleaseKind, int]
    lots: tuple[LotView, ...] = ()


def ledger_status(services: StatusServices) -> LedgerStatus | None:
    """The state of the ledger; None where there is none yet.

    Raises:
        StorageError: the ledger is lost or damaged.
    """
    if not services.has_ledger:
        return None
    ledger, drafts = services.ledger, services.drafts
    return LedgerStatus(
        states=drafts.counts(),
        spend=ledger.calls.spend(),
        offline_spend=ledger.calls.spend(backend="offline"),
        failures=tuple(FailureCount(*row) for row in ledger.calls.failures()),
        reasons=tuple(ReasonCount(*row) for row in drafts.reasons(_FOR_A_PERSON)),
        incomplete=tuple(notes_on_incomplete(services.batches)),
        waiting=ledger.jobs.count_open(helpers=False),
        offline_drafts=drafts.offline_count(),
        judge=judge_agreement(services),
        lots=tuple(LotViews(services).open()),
        released=drafts.decisions.released(),
    )

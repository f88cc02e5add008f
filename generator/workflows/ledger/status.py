"""Counts drafts by state, sums up what was spent, and groups the failures by cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.workflows.batch.incomplete import notes_on_incomplete
from generator.workflows.ports import HasBatches, HasDrafts, HasLedger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.content.states import DraftState
    from generator.store.ledger.calls import Spend

_FOR_A_PERSON: tuple[DraftState, ...] = ("needs_fix", "refused", "failed", "near_duplicate")


class StatusServices(HasLedger, HasDrafts, HasBatches, Protocol):
    """What the state of a ledger takes."""


class FailureCount(NamedTuple):
    """How many calls failed for one cause, and how many questions they were for."""

    cause: str
    calls: int
    questions: int


class ReasonCount(NamedTuple):
    """How many drafts are in a state that needs a person, for one reason."""

    state: str
    reason: str
    drafts: int


@dataclass(frozen=True)
class LedgerStatus:
    """What a ledger holds.

    ``states`` counts the drafts by state, ``waiting`` the questions that have no draft yet; ``incomplete`` has a line
    for each batch that lacks answers which may be paid. ``failures`` and ``reasons`` come the most frequent first.
    """

    states: Mapping[DraftState, int]
    waiting: Mapping[str, int]
    offline_drafts: int
    spend: Spend
    offline_spend: Spend
    failures: tuple[FailureCount, ...]
    reasons: tuple[ReasonCount, ...]
    incomplete: tuple[str, ...]


def ledger_status(services: StatusServices) -> LedgerStatus | None:
    """What the ledger holds; None where nothing was ever drafted.

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
        waiting=ledger.jobs.count_open(),
        offline_drafts=drafts.offline_count(),
    )

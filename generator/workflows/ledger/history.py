"""Everything known of one draft: question, prompt, model, calls and their cost, passages, versions, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from generator.workflows.ports import HasDrafts, HasLedger, HasSettings
from generator.workflows.review.draft_names import find_drafts

if TYPE_CHECKING:
    from generator.store.ledger.calls import Cost
    from generator.store.ledger.decisions import DraftDecision
    from generator.store.ledger.drafts import DraftRow
    from generator.store.ledger.jobs import Job
    from generator.store.ledger.versions import Version


class HistoryServices(HasSettings, HasLedger, HasDrafts, Protocol):
    """What the history of a draft takes."""


class PaidCall(NamedTuple):
    """A call as the ledger has it, without the reply, and what it cost or may cost in nano-dollars; None is unknown."""

    columns: dict[str, Any]
    charge: int | None


@dataclass(frozen=True)
class DraftHistory:
    """A draft with the job that it rests on, and the calls of all jobs that worked on it, oldest first."""

    draft: DraftRow
    job: Job
    calls: tuple[PaidCall, ...]
    versions: tuple[Version, ...]
    decisions: tuple[DraftDecision, ...]
    cost: Cost


def draft_histories(services: HistoryServices, name: str) -> list[DraftHistory]:
    """What the ledger knows of the drafts of a name: several where a slug or a question is in several subjects.

    Raises:
        UsageError: there is none.
    """
    return [_history(services, draft) for draft in find_drafts(services, name)]


def _history(services: HistoryServices, draft: DraftRow) -> DraftHistory:
    ledger, drafts = services.ledger, services.drafts
    return DraftHistory(
        draft=draft,
        job=ledger.jobs.get(draft.job),
        calls=tuple(map(_paid_call, ledger.calls.of_jobs(drafts.jobs_of(draft)))),
        versions=tuple(drafts.versions.of(draft.id)),
        decisions=tuple(drafts.decisions.of(draft.id)),
        cost=drafts.cost(draft),
    )


def _paid_call(call: dict[str, Any]) -> PaidCall:
    columns = {name: value for name, value in call.items() if name not in ("reply", "charge")}
    return PaidCall(columns, call["charge"])

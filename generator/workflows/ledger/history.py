"""Everything known of one draft: question, prompt, model, calls and their cost, passages, versions, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from generator.workflows.ports import HasDrafts, HasLedger
from generator.workflows.review.draft_names import find_drafts

if TYPE_CHECKING:
    from generator.store.ledger.decisions import Decision
    from generator.store.ledger.drafts import DraftRow
    from generator.store.ledger.jobs import Job
    from generator.store.ledger.versions import Version


class HistoryServices(HasLedger, HasDrafts, Protocol):
    """What the history of a draft takes."""


class PaidCall(NamedTuple):
    """A call as the ledger has it, without the reply, and what it cost or may cost in US dollars; None is unknown."""

    columns: dict[str, Any]
    cost_usd: float | None


@dataclass(frozen=True)
class DraftHistory:
    """A draft with the job that it rests on, and the calls of all jobs that worked on it, oldest first."""

    draft: DraftRow
    job: Job
    calls: tuple[PaidCall, ...]
    versions: tuple[Version, ...]
    decisions: tuple[Decision, ...]

    @property
    def cost_usd(self) -> float | None:
        """What all calls cost in US dollars; None where the price of one is not known."""
        costs = [call.cost_usd for call in self.calls if call.cost_usd is not None]
        return sum(costs) if len(costs) == len(self.calls) else None


def draft_histories(services: HistoryServices, name: str) -> list[DraftHistory]:
    """What the ledger knows of the drafts of a name: several where a slug or a question is in several subjects.

    Raises:
        UsageError: there is none.
    """
    return [_history(services, draft) for draft in find_drafts(services, name)]


def _history(services: HistoryServices, draft: DraftRow) -> DraftHistory:
    ledger = services.ledger
    calls = [call for job in services.drafts.jobs_of(draft) for call in ledger.calls.of_job(job)]
    return DraftHistory(
        draft=draft,
        job=ledger.jobs.get(draft.job),
        calls=tuple(map(_paid_call, calls)),
        versions=tuple(services.drafts.versions.of(draft.id)),
        decisions=tuple(services.drafts.decisions.of(draft.id)),
    )


def _paid_call(call: dict[str, Any]) -> PaidCall:
    """A call without an answer counts at its reservation."""
    nano = call["cost"] if call["cost"] is not None or call["outcome"] else call["reserved"]
    columns = {name: value for name, value in call.items() if name != "reply"}
    return PaidCall(columns, None if nano is None else nano / 1e9)

"""The `why` command: everything known of a draft. Question, prompt, model, calls and cost, versions, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from generator.workflows.engine.reply_beginning import reply_beginning
from generator.workflows.engine.structured_exchange import UNREADABLE
from generator.workflows.ports import HasComments, HasDrafts, HasLedger, HasLots, HasSettings
from generator.workflows.review.draft_names import find_drafts

if TYPE_CHECKING:
    from generator.store.ledger.drafts.decisions import DraftDecision
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.drafts.versions import Version
    from generator.store.ledger.runs.calls import Cost
    from generator.store.ledger.runs.jobs import Job
    from generator.store.ledger.sampling.rows import MemberRow
    from generator.store.ledger.team.comments import Comment


class HistoryServices(HasSettings, HasLedger, HasDrafts, HasComments, HasLots, Protocol):
    """What the history of a draft takes."""


class PaidCall(NamedTuple):
    """A call of the ledger.

    Args:
        columns: its columns without the reply.
        charge: what it cost or may cost, in nano-dollars; None where its price is not known.
    """

    columns: dict[str, Any]
    charge: int | None


@dataclass(frozen=True)
class DraftHistory:
    """A draft with its history.

    Args:
        job: the job that made the draft.
        calls: those of all jobs for the draft, oldest first.
        comments: oldest first.
        lots: its memberships in lots, oldest first.
        unread: how the last reply begins, on one line, where it could not be read; else None.
    """

    draft: DraftRow
    job: Job
    calls: tuple[PaidCall, ...]
    versions: tuple[Version, ...]
    decisions: tuple[DraftDecision, ...]
    cost: Cost
    unread: str | None = None
    comments: tuple[Comment, ...] = ()
    lots: tuple[MemberRow, ...] = ()


def draft_histories(services: HistoryServices, name: str) -> list[DraftHistory]:
    """The histories of the drafts with a name: several where a slug or a question is in several subjects.

    Raises:
        UsageError: no draft has the name.
    """
    return [_history(services, draft) for draft in find_drafts(services, name)]


def _history(services: HistoryServices, draft: DraftRow) -> DraftHistory:
    ledger, drafts = services.ledger, services.drafts
    job = ledger.jobs.get(draft.job)
    return DraftHistory(
        draft=draft,
        job=job,
        calls=tuple(map(_paid_call, ledger.calls.of_jobs(drafts.jobs_of(draft)))),
        versions=tuple(drafts.versions.of(draft.id)),
        decisions=tuple(drafts.decisions.of(draft.id)),
        cost=drafts.cost(draft),
        comments=tuple(services.comments.of(draft.id)),
        unread=reply_beginning(job) if (draft.reason or "").startswith(UNREADABLE) else None,
        lots=tuple(services.lots.of_draft(draft.id)),
    )


def _paid_call(call: dict[str, Any]) -> PaidCall:
    columns = {name: value for name, value in call.items() if name not in ("reply", "charge")}
    return PaidCall(columns, call["charge"])

"""Reads a finished job again from its recorded replies, without asking: the draft, and what it took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from generator.content.markdown.answer import compose
from generator.content.text import word_count
from generator.errors import CallFailed
from generator.store.ledger.storage.database import GroupCommit
from generator.workflows.drafting.writer import DraftWriter
from generator.workflows.engine.exchange import Exchange
from generator.workflows.engine.stopping.stop_signal import StopSignal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.content.drafts.draft import Draft
    from generator.content.findings import Finding
    from generator.content.states import DraftState
    from generator.model.reply.reply import Reply
    from generator.model.requests import ModelRequest
    from generator.store.ledger.ledger import Ledger
    from generator.store.ledger.runs.jobs import Job
    from generator.workflows.compare.sides import Side


@dataclass(frozen=True)
class SideDraft:
    """What one side made of a case.

    Args:
        draft: None where it declines, and where no reply can be read.
        declined: why it declines; None where it does not.
        findings: of the rules of now.
        calls: how many were answered; tokens, cost and time are those of these calls.
        cost: in nano-dollars; None where a price is not known.
        seconds: how long its calls took together.
    """

    job: int
    state: DraftState
    draft: Draft | None
    declined: str | None
    findings: tuple[Finding, ...]
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: int | None
    seconds: float

    @property
    def text(self) -> str:
        """The answer as Markdown; empty without a draft."""
        if self.draft is None:
            return ""
        points = [(point.heading, point.body) for point in self.draft.points]
        return compose(self.draft.introduction, points, self.draft.conclusion)

    @property
    def words(self) -> int:
        """The length of the answer in words."""
        return word_count(self.text)


class RecordedSession:
    """A session that only reads: a step without a recorded reply has failed."""

    def __init__(self, ledger: Ledger, *, run: int, now: Callable[[], str]) -> None:
        self.ledger = ledger
        self.commits = GroupCommit(ledger.database)
        self.run = run
        self.now = now
        self.stop = StopSignal()

    def exchange(self, job: Job) -> Exchange:
        """The exchange about one job, as it is recorded."""
        return _RecordedExchange(job)


class _RecordedExchange(Exchange):
    async def _send(self, step: int, purpose: str, request: ModelRequest) -> Reply:
        raise CallFailed("not-recorded", "there is no recorded reply")


async def read_draft(session: RecordedSession, side: Side, job_id: int) -> SideDraft | None:
    """The draft of a job; None where the job has not ended with one, so that nothing can be said of the side."""
    if session.ledger.jobs.states_of([job_id])[job_id] not in ("done", "needs_fix", "refused"):
        return None
    result = await DraftWriter(side, session).write(session.ledger.jobs.get(job_id))
    # A call that failed or was lost says something of the endpoint, and nothing of the side.
    calls = [call for call in session.ledger.calls.of_jobs([job_id]) if call["outcome"] == "ok"]
    declined = (result.reason or "it declines") if result.state == "refused" else None
    return SideDraft(
        job=job_id,
        state=result.state,
        draft=None if declined else result.draft,
        declined=declined,
        findings=() if declined else result.findings,
        calls=len(calls),
        prompt_tokens=sum(call["prompt_tokens"] or 0 for call in calls),
        completion_tokens=sum(call["completion_tokens"] or 0 for call in calls),
        cost=_cost(calls),
        seconds=sum(map(_seconds, calls)),
    )


def _cost(calls: Sequence[dict[str, Any]]) -> int | None:
    charges = [call["charge"] for call in calls]
    return None if None in charges else sum(charges)


def _seconds(call: dict[str, Any]) -> float:
    taken = datetime.fromisoformat(call["answered_at"]) - datetime.fromisoformat(call["sent_at"])
    return taken.total_seconds()

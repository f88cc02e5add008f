"""Plans the drafts of a comparison: one job for each case and side, of a kind of its own, so that no list sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator.store.ledger.storage.hashes import hash_of
from generator.workflows.drafting.candidate import Candidate
from generator.workflows.drafting.job_maker import JobMaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.questions.rows import Question
    from generator.store.ledger.ledger import Ledger
    from generator.store.ledger.runs.jobs import JobSummary
    from generator.store.ledger.runs.new_jobs import NewJob
    from generator.workflows.compare.sides import Side
    from generator.workflows.golden.golden_set import GoldenCase

KIND = "compare"
_UNFINISHED = ("planned", "claimed", "held", "failed")


@dataclass(frozen=True)
class PlannedDraft:
    """The draft of one case by one side.

    Args:
        new: the job as it would be made now.
        earlier: the job that an earlier comparison made; None without one.
    """

    side: Side
    case: GoldenCase
    new: NewJob
    earlier: JobSummary | None

    @property
    def is_asked(self) -> bool:
        """Whether a run asks the model for it."""
        return self.earlier is None or self.earlier.state in _UNFINISHED


def plan_drafts(
    ledger: Ledger, cases: Sequence[GoldenCase], sides: Sequence[Side], *, today: str
) -> list[PlannedDraft]:
    """The drafts of all cases by all sides, case by case; nothing is written.

    Every draft gets the date of those that the ledger has already, so that both sides are asked on the same day.

    Args:
        today: YYYY-MM-DD.

    Raises:
        PromptError: a template cannot be rendered.
    """
    planned = _planned(ledger, cases, sides, today)
    date = min((_date(ledger, each) for each in planned if each.earlier), default=today)
    return planned if date == today else _planned(ledger, cases, sides, date)


def freeze(ledger: Ledger, planned: Sequence[PlannedDraft], *, run: int, now: str) -> list[int]:
    """Store the jobs that are new, and have this run continue those that are not finished; the ids of all jobs.

    Writes within the caller's transaction.
    """
    ids = []
    for draft in planned:
        if draft.earlier is None:
            ids.append(ledger.jobs.plan(draft.new, run=run, state="planned", first_free_id=0, now=now))
        else:
            ledger.jobs.assign_to_run(draft.earlier.id, run, request=draft.new.request)
            ids.append(draft.earlier.id)
    return ids


def _planned(
    ledger: Ledger, cases: Sequence[GoldenCase], sides: Sequence[Side], date: str
) -> list[PlannedDraft]:
    makers = [(side, JobMaker(side, side.endpoint, date)) for side in sides]
    planned = []
    for case in cases:
        for side, maker in makers:
            new = _comparison_job(maker.make(Candidate.of(case.question)), case.question, side)
            planned.append(PlannedDraft(side, case, new, ledger.jobs.find(KIND, new.backend, new.identity)))
    return planned


def _comparison_job(job: NewJob, question: Question, side: Side) -> NewJob:
    """The job of a list as one of a comparison: without an address, and known by all that its reply depends on.

    That is the question with its notes, the passages, the schema, the model with its parameters, and the prompts. The
    date and the titles of other pages are not part of it: a comparison costs nothing again because a day has passed or
    a page was published.
    """
    identity = hash_of(
        job.question_key,
        job.subject or "",
        question.notes or "",
        side.prompt_hash,
        json.dumps(job.request, sort_keys=True),
        *(part[name] for part in job.context["passages"] for name in ("id", "text")),
    )
    return replace(
        job,
        kind=KIND,
        identity=identity,
        key=None,
        prompt_hash=side.prompt_hash,
        context={**job.context, "near": None, "similarity": None},
    )


def _date(ledger: Ledger, planned: PlannedDraft) -> str:
    assert planned.earlier is not None
    return ledger.jobs.get(planned.earlier.id).date or planned.new.date or ""

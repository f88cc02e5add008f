"""Reads what a report about runs counts: calls, the drafts that they were for, decisions, findings and claims."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.content.states import DraftState
from generator.store.ledger.pages import draft_page
from generator.store.ledger.runs.calls import CHARGE
from generator.store.ledger.runs.new_jobs import PROBE
from generator.store.ledger.storage.database import Database

_ARTICLES = "('answer', 'rewrite', 'revise')"
"""The kinds of jobs that work on drafts."""


@dataclass(frozen=True, slots=True)
class Period:
    """Which calls are counted: those of one run, those since a time, or all.

    Args:
        since: the time in the ledger's format, or its beginning, such as YYYY-MM-DD.
    """

    run: int | None = None
    since: str | None = None


class ReportedRun(NamedTuple):
    """A run with calls in the period; ``finished_at`` is None while it goes on and after a kill."""

    id: int
    command: str
    started_at: str
    finished_at: str | None
    calls: int


class ReportedCall(NamedTuple):
    """A call. ``charge`` is in nano-dollars, None without a known price; tokens are None where none were reported.

    ``outcome`` is ``ok``, the cause of the failure, or None without an answer. ``in_batch``: it was sent in a batch.
    """

    job: int
    kind: str
    backend: str
    purpose: str
    attempt: int
    sent_at: str
    answered_at: str | None
    outcome: str | None
    prompt_tokens: int | None
    cached_tokens: int | None
    completion_tokens: int | None
    reasoning_tokens: int | None
    charge: int | None
    in_batch: bool


class ReportedDraft(NamedTuple):
    """A draft that calls of the period were for, with its job. ``path`` is below the output folder."""

    id: int
    job: int
    name: str
    question: str
    state: DraftState
    path: str | None
    sha: str | None


class ReportedDecision(NamedTuple):
    """A decision on a draft that was not undone; ``release`` as in ``DraftDecision``."""

    draft: int
    decision: DraftState
    who: str
    at: str
    release: str | None


class RunFigures:
    """The figures of the runs of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(self, period: Period) -> list[ReportedRun]:
        """The runs with calls in the period, oldest first."""
        rows = self._database.execute(
            "SELECT run.id, run.command, run.started_at, run.finished_at, count(*) FROM run"
            f" JOIN call ON call.run = run.id WHERE {_IN_PERIOD} GROUP BY run.id ORDER BY run.id",
            _values(period),
        )
        return [ReportedRun(*row) for row in rows]

    def calls(self, period: Period) -> Iterator[ReportedCall]:
        """The calls of the period without probes, oldest first."""
        rows = self._database.execute(
            "SELECT call.job, job.kind, job.realm, purpose, attempt, sent_at, answered_at, outcome, prompt_tokens,"
            f" cached_tokens, completion_tokens, reasoning_tokens, {CHARGE}, batch IS NOT NULL"
            f" FROM call JOIN job ON job.id = call.job WHERE {_IN_PERIOD} AND job.kind <> :probe ORDER BY call.id",
            {**_values(period), "probe": PROBE},
        )
        return (ReportedCall(*row) for row in rows)

    def drafts(self, period: Period) -> list[ReportedDraft]:
        """The drafts that the calls of the period worked on, oldest first."""
        rows = self._database.execute(
            "SELECT DISTINCT draft.id, draft.job, coalesce(draft.key, draft.replaces, draft.question), draft.question,"
            " draft.state, draft.path, draft.sha FROM draft"
            " WHERE draft.job IN (SELECT call.job FROM call JOIN job ON job.id = call.job"
            f" WHERE {_IN_PERIOD} AND job.kind IN {_ARTICLES})"
            " OR draft.id IN (SELECT revision.draft FROM revision JOIN call ON call.job = revision.job"
            f" WHERE {_IN_PERIOD}) ORDER BY draft.id",
            _values(period),
        )
        return [ReportedDraft(*row) for row in rows]

    def decisions(self, drafts: Sequence[int]) -> Iterator[ReportedDecision]:
        """The decisions on these drafts that were not undone and undo none, oldest first."""
        rows = self._database.execute(
            "SELECT draft, decision, who, at, release FROM decision"
            " WHERE draft IN (SELECT value FROM json_each(?)) AND undoes IS NULL AND before <> 'publishing'"
            " AND NOT EXISTS (SELECT 1 FROM decision AS later WHERE later.undoes = decision.id) ORDER BY id",
            (json.dumps(list(drafts)),),
        )
        return (ReportedDecision(*row) for row in rows)

    def rules(self, drafts: Sequence[int]) -> dict[str, int]:
        """How many of these drafts fail each rule, by its code."""
        rows = self._database.execute(
            "SELECT code, count(*) FROM draft_rule WHERE draft IN (SELECT value FROM json_each(?)) GROUP BY code",
            (json.dumps(list(drafts)),),
        )
        return dict(tuple(row) for row in rows)

    def verdicts(self, jobs: Sequence[int]) -> dict[str, int]:
        """How many claims of the drafts of these jobs have each verdict."""
        rows = self._database.execute(
            "SELECT verdict, count(*) FROM claim WHERE page IN (SELECT value FROM json_each(?)) GROUP BY verdict",
            (json.dumps([draft_page(job) for job in jobs]),),
        )
        return dict(tuple(row) for row in rows)


_IN_PERIOD = "(:run IS NULL OR call.run = :run) AND (:since IS NULL OR call.sent_at >= :since)"


def _values(period: Period) -> dict[str, int | str | None]:
    return {"run": period.run, "since": period.since}

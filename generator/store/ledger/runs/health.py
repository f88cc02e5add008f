"""The table of the health of runs: how many jobs of a run failed and why, their findings, and their cost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.store.ledger.runs.calls import TOTAL
from generator.store.ledger.storage.database import Database


@dataclass(frozen=True, slots=True)
class Sample:
    """Some numbers, summed up.

    Args:
        count: how many numbers.
        total: their sum.
        squares: the sum of their squares.
    """

    count: int = 0
    total: int = 0
    squares: float = 0

    def plus(self, number: int) -> "Sample":
        """The sample with one more number."""
        return Sample(self.count + 1, self.total + number, self.squares + number * number)


@dataclass(frozen=True, slots=True)
class HealthKey:
    """Runs with the same key are comparable: the same kind of jobs, endpoint, model and prompt."""

    kind: str
    endpoint: str
    model: str
    prompt_hash: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the jobs of a run ended.

    Args:
        jobs: how many ended after a call.
        failed: how many of them did not end well.
        causes: how many had each cause of failure; one job may have several.
        findings: the number of findings of each text.
        cost: the cost of each job, in nano-dollars; only of jobs whose calls all have a known price.
    """

    jobs: int
    failed: int
    causes: Mapping[str, int]
    findings: Sample
    cost: Sample


@dataclass(frozen=True, slots=True)
class RecordedHealth:
    """The health of an earlier run. ``ended_at`` is ISO 8601, in UTC."""

    run: int
    key: HealthKey
    health: Health
    ended_at: str


class RunHealthTable:
    """The health of the runs of one ledger. Methods write within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, run: int, key: HealthKey, health: Health, *, now: str) -> None:
        """Store the health of a run."""
        findings, cost = health.findings, health.cost
        self._database.execute(
            "INSERT OR REPLACE INTO run_health VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run,
                key.kind,
                key.endpoint,
                key.model,
                key.prompt_hash,
                health.jobs,
                health.failed,
                json.dumps(health.causes),
                findings.count,
                findings.total,
                findings.squares,
                cost.count,
                cost.total,
                cost.squares,
                now,
            ),
        )

    def last(self, key: HealthKey) -> RecordedHealth | None:
        """The last run with this key; None without one."""
        row = self._database.execute(
            "SELECT * FROM run_health WHERE prompt_hash = ? AND kind = ? AND endpoint = ? AND model = ?"
            " ORDER BY run DESC LIMIT 1",
            (key.prompt_hash, key.kind, key.endpoint, key.model),
        ).fetchone()
        return _recorded(row) if row else None

    def last_of_prompt(self, key: HealthKey, *, jobs: int, before: int) -> RecordedHealth | None:
        """The last run with the prompt of this key, of any endpoint and model; None without one.

        Args:
            jobs: how many jobs of it must have ended.
            before: the number of the run that is compared with it.
        """
        row = self._database.execute(
            "SELECT * FROM run_health WHERE prompt_hash = ? AND kind = ? AND jobs >= ? AND run < ?"
            " ORDER BY run DESC LIMIT 1",
            (key.prompt_hash, key.kind, jobs, before),
        ).fetchone()
        return _recorded(row) if row else None

    def cost_of_jobs(self, run: int, prompt_hash: str) -> Sample:
        """What each job with this prompt cost in a run; jobs with a call of unknown price are left out."""
        row = self._database.execute(
            "SELECT count(cost), coalesce(sum(cost), 0), coalesce(sum(1.0 * cost * cost), 0)"
            f" FROM (SELECT {TOTAL} AS cost FROM call JOIN job ON job.id = call.job"
            " WHERE call.run = ? AND job.prompt_hash = ? GROUP BY call.job)",
            (run, prompt_hash),
        ).fetchone()
        return Sample(*row)


def _recorded(row: Any) -> RecordedHealth:
    return RecordedHealth(
        run=row["run"],
        key=HealthKey(row["kind"], row["endpoint"], row["model"], row["prompt_hash"]),
        health=Health(
            jobs=row["jobs"],
            failed=row["failed"],
            causes=json.loads(row["causes"]),
            findings=Sample(row["texts"], row["findings"], row["findings_sq"]),
            cost=Sample(row["priced"], row["cost"], row["cost_sq"]),
        ),
        ended_at=row["ended_at"],
    )

"""The tables of batches and orders: which requests are in which file, where the file is, and what was answered.

One line of a request file is one open call, which counts at its reservation until its answer is recorded. Methods write
within the caller's transaction unless they say otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from generator.content.display import in_words
from generator.content.states import JobState
from generator.events import emit
from generator.store.ledger.batches.rows import (
    OVER_TOKEN_LIMIT,
    BatchOrder,
    BatchRow,
    BatchState,
    StepCall,
    StepFailures,
)
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.runs.calls import CHARGE, TOTAL, CallResult, NewCall
from generator.store.ledger.runs.jobs import Job
from generator.store.ledger.storage.database import chunks
from generator.store.output_folder import BATCHES

# Longer numbers may be too large for SQLite, and no row has them.
_TOO_LONG = 19
_BATCH = ", ".join(field.name for field in fields(BatchRow))
_NO_OPEN_CALL = (
    "NOT EXISTS (SELECT 1 FROM call WHERE call.job = job.id AND batch IS NOT NULL AND outcome IS NULL)"
)
_RETURNED = (
    f"{_NO_OPEN_CALL} AND EXISTS (SELECT 1 FROM call WHERE call.job = job.id AND batch IS NOT NULL"
    f" AND outcome != '{OVER_TOKEN_LIMIT}')"
)


class Batches:
    """The batches of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.database = ledger.database
        self._folder = self.database.path.parent
        (self.token,) = self.database.execute("SELECT token FROM identity").fetchone()

    # orders

    def order_jobs(self, order: BatchOrder, *, now: str) -> int:
        """Order all planned jobs that a run wants; they are sent in batches. Returns their number.

        In its own transaction where none is open.
        """
        with self.database.transaction():
            self.database.execute(
                "INSERT OR IGNORE INTO batch_order VALUES (?, ?, ?, ?, ?, ?)",
                (order.run, order.kind, order.endpoint, order.mode, order.max_cost, now),
            )
            cursor = self.database.execute(
                "UPDATE job SET state = 'batched' WHERE wanted_by = ? AND state = 'planned'", (order.run,)
            )
        return cursor.rowcount

    def orders_due(self) -> list[BatchOrder]:
        """The orders with jobs whose next request is not in a batch, oldest first."""
        rows = self.database.execute(
            "SELECT run, kind, endpoint, mode, max_cost FROM batch_order WHERE EXISTS (SELECT 1 FROM job"
            f" WHERE wanted_by = batch_order.run AND state = 'batched' AND {_NO_OPEN_CALL}) ORDER BY run"
        )
        return [BatchOrder(*row) for row in rows]

    def order_of(self, batch: BatchRow) -> BatchOrder:
        """The order that a batch belongs to."""
        row = self.database.execute(
            "SELECT run, kind, endpoint, mode, max_cost FROM batch_order WHERE run = ?", (batch.run,)
        ).fetchone()
        return BatchOrder(*row)

    def set_cap(self, order: int, max_cost: int) -> None:
        """Change the cost limit of an order; ``max_cost`` in nano-dollars."""
        self.database.execute("UPDATE batch_order SET max_cost = ? WHERE run = ?", (max_cost, order))

    def spent(self, order: int) -> int:
        """What the batches of an order cost in nano-dollars; open calls count at their reservation."""
        row = self.database.execute(
            f"SELECT coalesce(sum({CHARGE}), 0) FROM batch JOIN call ON call.batch = batch.id WHERE batch.run = ?",
            (order,),
        ).fetchone()
        return int(row[0])

    # jobs

    def claim_due(self, order: int, *, run: int, after: int, limit: int) -> list[Job]:
        """Claim the next jobs of an order whose next request is not in a batch.

        Args:
            run: the run that claims them.
            after: only jobs with larger ids.
            limit: the most jobs.
        """
        return self._claim_jobs(_NO_OPEN_CALL, order, run=run, after=after, limit=limit)

    def claim_returned(self, order: int, *, run: int, after: int, limit: int) -> list[Job]:
        """As :meth:`claim_due`, only jobs that were in a batch before."""
        return self._claim_jobs(_RETURNED, order, run=run, after=after, limit=limit)

    def _claim_jobs(self, condition: str, order: int, *, run: int, after: int, limit: int) -> list[Job]:
        rows = self.database.execute(
            "UPDATE job SET claimed_by = :run WHERE id IN (SELECT id FROM job WHERE wanted_by = :order"
            f" AND state = 'batched' AND id > :after AND claimed_by IS NULL AND {condition}"
            " ORDER BY id LIMIT :limit) RETURNING *",
            {"run": run, "order": order, "after": after, "limit": limit},
        ).fetchall()
        return self.ledger.jobs.from_rows(rows)

    def failed_steps(self, order: int, jobs: Sequence[int]) -> dict[int, dict[int, StepFailures]]:
        """The steps of these jobs that failed in the batches of an order, by job id and step."""
        rows = self.database.execute(
            "SELECT job, step, count(*), outcome, message, retryable, max(call.id) FROM call"
            f" JOIN batch ON batch.id = call.batch WHERE job IN ({','.join('?' * len(jobs))})"
            f" AND batch.run = ? AND outcome NOT IN ('ok', 'unused', '{OVER_TOKEN_LIMIT}') GROUP BY job, step",
            (*jobs, order),
        )
        found: dict[int, dict[int, StepFailures]] = {}
        for row in rows:
            found.setdefault(row[0], {})[row[1]] = StepFailures(row[2], row[3], row[4] or "", bool(row[5]))
        return found

    def count_due(self, order: int) -> int:
        """How many jobs of an order wait to be put into a batch."""
        row = self.database.execute(
            f"SELECT count(*) FROM job WHERE wanted_by = ? AND state = 'batched' AND {_NO_OPEN_CALL}",
            (order,),
        ).fetchone()
        return int(row[0])

    def count_returned(self, order: int) -> int:
        """How many jobs of an order were in a batch before, are not done, and are not claimed by a run."""
        row = self.database.execute(
            "SELECT count(*) FROM job WHERE wanted_by = ? AND state = 'batched' AND claimed_by IS NULL"
            f" AND {_RETURNED}",
            (order,),
        ).fetchone()
        return int(row[0])

    def ended_beside_due(self, order: int) -> list[tuple[JobState, str, int]]:
        """How the jobs of an order ended that were in one batch with a job that is due now: state, reason, count."""
        rows = self.database.execute(
            "SELECT state, coalesce(reason, ''), count(*) FROM job WHERE wanted_by = :order"
            " AND state IN ('done', 'needs_fix', 'refused', 'failed') AND id IN (SELECT job FROM call WHERE batch IN"
            " (SELECT batch FROM call JOIN job ON job.id = call.job WHERE wanted_by = :order AND state = 'batched'"
            f" AND batch IS NOT NULL AND {_NO_OPEN_CALL})) GROUP BY 1, 2",
            {"order": order},
        )
        return [(row[0], row[1], row[2]) for row in rows]

    # making a batch

    def begin(self, order: int, *, model: str, folder: str, run: int, now: str) -> BatchRow:
        """Record a new batch whose request file will be written into ``folder``.

        Args:
            run: the run that writes it.
        """
        cursor = self.database.execute(
            "INSERT INTO batch (run, model, path, state, claimed_by, created_at, updated_at)"
            " VALUES (?, ?, '', 'writing', ?, ?, ?)",
            (order, model, run, now, now),
        )
        number = int(cursor.lastrowid or 0)
        self.set_path(number, Path(folder, f"batch-{number:06d}.jsonl"), now=now)
        return self.get(number)

    def set_path(self, batch: int, path: Path, *, now: str) -> None:
        """Change the path of the request file. One in the output folder, which may be moved, is stored relative to it."""
        inside = path.is_relative_to(self._folder)
        self._set(batch, now, path=str(path.relative_to(self._folder) if inside else path))

    def add(self, batch: int, calls: Sequence[NewCall], *, run: int, now: str) -> None:
        """Record the requests of some lines of a batch as open calls, and release their jobs."""
        for call in calls:
            self.ledger.calls.open(call, run=run, now=now, batch=batch)
            self.database.execute("UPDATE job SET claimed_by = NULL WHERE id = ?", (call.job,))

    def advance(
        self,
        batch: int,
        state: BatchState,
        *,
        now: str,
        requests: int | None = None,
        input_file: str | None = None,
        batch_id: str | None = None,
    ) -> None:
        """Record the next state of a batch, with the values that are known now."""
        values = {"requests": requests, "input_file": input_file, "batch_id": batch_id}
        self._set(
            batch, now, state=state, **{name: value for name, value in values.items() if value is not None}
        )

    def request_file(self, batch: BatchRow) -> Path:
        """Where the request file of a batch is, or would be.

        Earlier versions stored the whole path: once the output folder was moved, only its name is right.
        """
        path = Path(batch.path)
        moved = self._folder / BATCHES / path.name
        return moved if not path.exists() and moved.exists() else path

    def discard(self, batch: int) -> None:
        """Delete a batch that was never sent; its jobs wait for another batch."""
        self.database.execute("DELETE FROM call WHERE batch = ?", (batch,))
        self.database.execute("DELETE FROM batch WHERE id = ?", (batch,))

    # looking

    def get(self, number: int) -> BatchRow:
        """The batch with this number, which must exist."""
        row = self.database.execute(f"SELECT {_BATCH} FROM batch WHERE id = ?", (number,)).fetchone()
        return self._row(row)

    def find(self, name: str) -> BatchRow | None:
        """The batch with this id at the provider or this number in the ledger; None without one."""
        number = int(name) if name.isdecimal() and len(name) < _TOO_LONG else -1
        row = self.database.execute(
            f"SELECT {_BATCH} FROM batch WHERE batch_id = ? OR id = ?", (name, number)
        ).fetchone()
        return self._row(row) if row else None

    def all(self, states: Sequence[BatchState] = ()) -> list[BatchRow]:
        """The batches in these states (all states where empty), oldest first."""
        where = f"WHERE state IN ({','.join('?' * len(states))})" if states else ""
        rows = self.database.execute(f"SELECT {_BATCH} FROM batch {where} ORDER BY id", tuple(states))
        return [self._row(row) for row in rows]

    def count_unanswered(self, batch: int) -> int:
        """How many requests of a batch have no answer."""
        row = self.database.execute(
            "SELECT count(*) FROM call WHERE batch = ? AND outcome IS NULL", (batch,)
        ).fetchone()
        return int(row[0])

    def count_answered(self, batch: int) -> int:
        """How many requests of a batch have a paid answer, usable or not."""
        row = self.database.execute(
            "SELECT count(*) FROM call WHERE batch = ? AND outcome IS NOT NULL"
            " AND (outcome IN ('ok', 'unused') OR cost IS NOT 0)",
            (batch,),
        ).fetchone()
        return int(row[0])

    def cost(self, batch: int) -> int | None:
        """What a batch costs in nano-dollars, open calls at their reservation; None where a price is not known."""
        row = self.database.execute(f"SELECT {TOTAL} FROM call WHERE batch = ?", (batch,)).fetchone()
        return None if row[0] is None else int(row[0])

    def claim(self, batch: int, *, run: int) -> BatchRow | None:
        """Claim a batch for a run; None where another run has claimed it, or it no longer exists."""
        cursor = self.database.execute(
            "UPDATE batch SET claimed_by = :run WHERE id = :id AND (claimed_by IS NULL OR claimed_by = :run)",
            {"run": run, "id": batch},
        )
        return self.get(batch) if cursor.rowcount == 1 else None

    def record_status(
        self,
        batch: int,
        *,
        status: str,
        completed: int,
        failed: int,
        output_file: str | None,
        error_file: str | None,
        problem: str | None,
        now: str,
    ) -> None:
        """Record what the provider reports about a batch."""
        self._set(
            batch,
            now,
            status=status,
            completed=completed,
            failed=failed,
            output_file=output_file,
            error_file=error_file,
            problem=problem,
        )

    # answers

    def calls_of_steps(self, steps: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[StepCall]]:
        """All calls for these steps, each a pair of job id and step; oldest first."""
        wanted = set(steps)
        found: dict[tuple[int, int], list[StepCall]] = {}
        for jobs in chunks(sorted({job for job, _ in wanted}), 500):
            rows = self.database.execute(
                "SELECT job, step, call.id, batch, outcome, answered_at, reserved, mode, model_asked,"
                " output_cap, cap_parameter, finish_reason, completion_tokens, job.state"
                f" FROM call JOIN job ON job.id = call.job WHERE job IN ({','.join('?' * len(jobs))})"
                " ORDER BY call.id",
                tuple(jobs),
            )
            for job, step, *call in rows:
                if (job, step) in wanted:
                    found.setdefault((job, step), []).append(StepCall(*call))
        return found

    def close(self, call: int, result: CallResult, *, retryable: bool | None, now: str) -> None:
        """Record the answer to one request; ``retryable`` None leaves unchanged whether a retry may succeed."""
        self.ledger.calls.close(call, result, now=now)
        if retryable is not None:
            self.database.execute("UPDATE call SET retryable = ? WHERE id = ?", (retryable, call))

    def leave_incomplete(self, batch: int, *, now: str) -> None:
        """Release a batch that waits for missing answers; its open calls still count at their reservation."""
        self._set(batch, now, state="incomplete", claimed_by=None)

    def end(self, batch: int, state: BatchState, cause: str, *, paid: bool = False, now: str) -> int:
        """Close a batch and its requests without an answer, whose jobs then wait for another batch.

        Args:
            cause: the outcome of requests without an answer.
            paid: whether they may have been paid and so cost their reservation; otherwise they cost nothing.

        Returns:
            The number of requests without an answer.
        """
        closed = self.database.execute(
            "UPDATE call SET outcome = ?, answered_at = ?, cost = iif(?, reserved, 0), retryable = 1"
            " WHERE batch = ? AND outcome IS NULL",
            (cause, now, paid, batch),
        ).rowcount
        self._set(batch, now, state=state, claimed_by=None)
        return closed

    def return_to_queue(self, batch: int, cause: str) -> int:
        """Plan the jobs again whose request in this batch ended with ``cause``, so any run can claim them.

        A job that belongs to another order since then is not changed. Returns the number of jobs.
        """
        return self.database.execute(
            "UPDATE job SET state = 'planned', claimed_by = NULL WHERE state = 'batched'"
            " AND wanted_by = (SELECT run FROM batch WHERE id = :batch)"
            " AND id IN (SELECT job FROM call WHERE batch = :batch AND outcome = :cause)",
            {"batch": batch, "cause": cause},
        ).rowcount

    def custom_id(self, job: int, step: int) -> str:
        """The name of a step of a job in files: the ledger's token, the job's id, the step."""
        return f"{self.token}-{job}-{step}"

    def custom_ids(self, batch: int) -> Iterator[str]:
        """The ``custom_id`` of each request of a batch, in the order of its file."""
        rows = self.database.execute("SELECT job, step FROM call WHERE batch = ? ORDER BY id", (batch,))
        return (self.custom_id(job, step) for job, step in rows)

    def step_of(self, custom_id: str) -> tuple[int, int] | None:
        """The job id and step of a ``custom_id`` of this ledger; None for any other text."""
        token, _, rest = custom_id.partition("-")
        job, _, step = rest.partition("-")
        numbers = (job, step)
        if token != self.token or not all(part.isascii() and part.isdecimal() for part in numbers):
            return None
        return (int(job), int(step)) if all(len(part) < _TOO_LONG for part in numbers) else None

    def _row(self, columns: Sequence[Any]) -> BatchRow:
        """A row of the table, with the whole path of its request file."""
        row = BatchRow(*columns)
        return replace(row, path=str(self._folder / row.path))

    def _set(self, batch: int, now: str, **values: object) -> None:
        columns = ", ".join(f"{name} = ?" for name in values)
        self.database.execute(
            f"UPDATE batch SET {columns}, updated_at = ? WHERE id = ?", (*values.values(), now, batch)
        )
        if state := values.get("state"):
            text = f"batch {batch}: {in_words(str(state))}"
            self.database.after_commit(partial(emit, "batch.changed", text, batch=batch, state=state))

"""Batches in the ledger: which requests are in which file, where that file is, and what came back.

One line of a request file is one open call, which counts at its reservation until its answer is here. Methods
write inside the caller's transaction, as those of the ledger do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from generator.store.ledger.calls import CHARGE, TOTAL, CallResult, NewCall
from generator.store.ledger.database import chunks
from generator.store.ledger.jobs import Job
from generator.store.ledger.ledger import Ledger

BatchState = Literal[
    "writing", "written", "uploaded", "created", "incomplete", "exported", "collected", "cancelled"
]
UNSENT: tuple[BatchState, ...] = ("written", "uploaded")
"""A whole file, and no batch of it known. Of an uploaded one there may be one at the provider all the same."""

AT_PROVIDER: tuple[BatchState, ...] = ("created", "incomplete")
"""Known to the provider and not collected; ``incomplete`` has ended, and answers that were paid are in no file of it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What one command sends by batch; ``endpoint`` None is a file, ``max_cost`` is in nano-dollars."""

    run: int
    kind: str
    endpoint: str | None
    mode: str | None
    max_cost: int | None


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch. ``batch_id``, ``input_file``, ``output_file``, ``error_file`` are the provider's."""

    id: int
    run: int
    model: str
    path: str
    state: BatchState
    input_file: str | None
    batch_id: str | None
    output_file: str | None
    error_file: str | None
    status: str | None
    problem: str | None
    requests: int
    completed: int
    failed: int
    claimed_by: int | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that answers may belong to, with the state of its job.

    ``output_cap`` and ``cap_parameter`` are None for those that were sent before they were kept.
    """

    call: int
    batch: int | None
    outcome: str | None
    answered_at: str | None
    reserved: int | None
    mode: str
    model: str
    output_cap: int | None
    cap_parameter: str | None
    job_state: str


@dataclass(frozen=True, slots=True)
class Past:
    """How often a step of a job failed in batches, and how the last time."""

    tries: int
    cause: str
    message: str
    retryable: bool


# Numbers of so many digits may be larger than SQLite holds, and name nothing.
_TOO_LONG = 19
_BATCH = ", ".join(field.name for field in fields(BatchRow))
_NO_OPEN_CALL = (
    "NOT EXISTS (SELECT 1 FROM call WHERE call.job = job.id AND batch IS NOT NULL AND outcome IS NULL)"
)
_RETURNED = f"{_NO_OPEN_CALL} AND EXISTS (SELECT 1 FROM call WHERE call.job = job.id AND batch IS NOT NULL)"


class Batches:
    """The batches of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.database = ledger.database
        (self.token,) = self.database.execute("SELECT token FROM identity").fetchone()

    # orders

    def order_wanted(self, order: Order, *, now: str) -> int:
        """Have every job that a run wants go by batch; how many they are."""
        with self.database.transaction():
            self.database.execute(
                "INSERT OR IGNORE INTO batch_order VALUES (?, ?, ?, ?, ?, ?)",
                (order.run, order.kind, order.endpoint, order.mode, order.max_cost, now),
            )
            cursor = self.database.execute(
                "UPDATE job SET state = 'batched' WHERE wanted_by = ? AND state = 'planned'", (order.run,)
            )
        return cursor.rowcount

    def orders_due(self) -> list[Order]:
        """The orders with jobs whose next request is in no batch, oldest first."""
        rows = self.database.execute(
            "SELECT run, kind, endpoint, mode, max_cost FROM batch_order WHERE EXISTS (SELECT 1 FROM job"
            f" WHERE wanted_by = batch_order.run AND state = 'batched' AND {_NO_OPEN_CALL}) ORDER BY run"
        )
        return [Order(*row) for row in rows]

    def order_of(self, batch: BatchRow) -> Order:
        """The order that a batch belongs to."""
        row = self.database.execute(
            "SELECT run, kind, endpoint, mode, max_cost FROM batch_order WHERE run = ?", (batch.run,)
        ).fetchone()
        return Order(*row)

    def set_cap(self, order: int, max_cost: int) -> None:
        """Give an order another cap, in nano-dollars."""
        self.database.execute("UPDATE batch_order SET max_cost = ? WHERE run = ?", (max_cost, order))

    def spent(self, order: int) -> int:
        """What the batches of an order cost, open calls at their reservation."""
        row = self.database.execute(
            f"SELECT coalesce(sum({CHARGE}), 0) FROM batch JOIN call ON call.batch = batch.id WHERE batch.run = ?",
            (order,),
        ).fetchone()
        return int(row[0])

    # jobs

    def claim_due(self, order: int, *, run: int, after: int, limit: int) -> list[Job]:
        """Take the next jobs of an order, with numbers above ``after``, whose next request is in no batch."""
        return self._claim_jobs(_NO_OPEN_CALL, order, run=run, after=after, limit=limit)

    def claim_returned(self, order: int, *, run: int, after: int, limit: int) -> list[Job]:
        """As :meth:`claim_due`, of those alone that came back from a batch."""
        return self._claim_jobs(_RETURNED, order, run=run, after=after, limit=limit)

    def _claim_jobs(self, which: str, order: int, *, run: int, after: int, limit: int) -> list[Job]:
        rows = self.database.execute(
            "UPDATE job SET claimed_by = :run WHERE id IN (SELECT id FROM job WHERE wanted_by = :order"
            f" AND state = 'batched' AND id > :after AND claimed_by IS NULL AND {which}"
            " ORDER BY id LIMIT :limit) RETURNING *",
            {"run": run, "order": order, "after": after, "limit": limit},
        ).fetchall()
        return self.ledger.jobs.from_rows(rows)

    def past(self, order: int, jobs: Sequence[int]) -> dict[int, dict[int, Past]]:
        """The steps of these jobs that failed in batches of an order, by job and step."""
        rows = self.database.execute(
            "SELECT job, step, count(*), outcome, message, retryable, max(call.id) FROM call"
            f" JOIN batch ON batch.id = call.batch WHERE job IN ({','.join('?' * len(jobs))})"
            " AND batch.run = ? AND outcome NOT IN ('ok', 'unused') GROUP BY job, step",
            (*jobs, order),
        )
        found: dict[int, dict[int, Past]] = {}
        for row in rows:
            found.setdefault(row[0], {})[row[1]] = Past(row[2], row[3], row[4] or "", bool(row[5]))
        return found

    def due(self, order: int) -> int:
        """How many jobs of an order wait for a place in a batch."""
        row = self.database.execute(
            f"SELECT count(*) FROM job WHERE wanted_by = ? AND state = 'batched' AND {_NO_OPEN_CALL}",
            (order,),
        ).fetchone()
        return int(row[0])

    def returned(self, order: int) -> int:
        """How many jobs of an order came back from a batch, are not done, and in no process's work."""
        row = self.database.execute(
            "SELECT count(*) FROM job WHERE wanted_by = ? AND state = 'batched' AND claimed_by IS NULL"
            f" AND {_RETURNED}",
            (order,),
        ).fetchone()
        return int(row[0])

    # making a batch

    def begin(self, order: int, *, model: str, folder: str, run: int, now: str) -> BatchRow:
        """A new batch whose request file is about to be written into ``folder``."""
        cursor = self.database.execute(
            "INSERT INTO batch (run, model, path, state, claimed_by, created_at, updated_at)"
            " VALUES (?, ?, '', 'writing', ?, ?, ?)",
            (order, model, run, now, now),
        )
        number = int(cursor.lastrowid or 0)
        self._set(number, now, path=f"{folder}/batch-{number:06d}.jsonl")
        return self.get(number)

    def place(self, batch: int, path: str, *, now: str) -> None:
        """Have the request file stand elsewhere."""
        self._set(batch, now, path=path)

    def add(self, batch: int, calls: Sequence[NewCall], *, run: int, now: str) -> None:
        """Record the requests of a chunk of lines, and let go of their jobs."""
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
        """Record that a batch is one step further, with what is known since."""
        known = {"requests": requests, "input_file": input_file, "batch_id": batch_id}
        self._set(
            batch, now, state=state, **{name: value for name, value in known.items() if value is not None}
        )

    def discard(self, batch: int) -> None:
        """Undo a batch that was never sent: its jobs wait for another one."""
        self.database.execute("DELETE FROM call WHERE batch = ?", (batch,))
        self.database.execute("DELETE FROM batch WHERE id = ?", (batch,))

    # looking

    def get(self, number: int) -> BatchRow:
        """One batch by its number here."""
        row = self.database.execute(f"SELECT {_BATCH} FROM batch WHERE id = ?", (number,)).fetchone()
        return BatchRow(*row)

    def named(self, name: str) -> BatchRow | None:
        """The batch with the provider's id, or with the number here."""
        number = int(name) if name.isdecimal() and len(name) < _TOO_LONG else -1
        row = self.database.execute(
            f"SELECT {_BATCH} FROM batch WHERE batch_id = ? OR id = ?", (name, number)
        ).fetchone()
        return BatchRow(*row) if row else None

    def all(self, states: Sequence[BatchState] = ()) -> list[BatchRow]:
        """Batches in these states (all without), oldest first."""
        where = f"WHERE state IN ({','.join('?' * len(states))})" if states else ""
        rows = self.database.execute(f"SELECT {_BATCH} FROM batch {where} ORDER BY id", tuple(states))
        return [BatchRow(*row) for row in rows]

    def waiting(self, batch: int) -> int:
        """How many requests of a batch have no answer."""
        row = self.database.execute(
            "SELECT count(*) FROM call WHERE batch = ? AND outcome IS NULL", (batch,)
        ).fetchone()
        return int(row[0])

    def answered(self, batch: int) -> int:
        """How many requests of a batch have an answer that was paid, usable or not."""
        row = self.database.execute(
            "SELECT count(*) FROM call WHERE batch = ? AND outcome IS NOT NULL"
            " AND (outcome IN ('ok', 'unused') OR cost IS NOT 0)",
            (batch,),
        ).fetchone()
        return int(row[0])

    def cost(self, batch: int) -> int | None:
        """What a batch cost, or may cost yet; None where that is not known."""
        row = self.database.execute(f"SELECT {TOTAL} FROM call WHERE batch = ?", (batch,)).fetchone()
        return None if row[0] is None else int(row[0])

    def claim(self, batch: int, *, run: int) -> BatchRow | None:
        """Take a batch for a run, as it is now; None where another one works on it, or it was undone."""
        taken = self.database.execute(
            "UPDATE batch SET claimed_by = :run WHERE id = :id AND (claimed_by IS NULL OR claimed_by = :run)",
            {"run": run, "id": batch},
        )
        return self.get(batch) if taken.rowcount == 1 else None

    def told(
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
        """Record what the provider says of a batch."""
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

    def asked(self, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[Asked]]:
        """Every call for these steps, by job and step, oldest first."""
        wanted = set(pairs)
        found: dict[tuple[int, int], list[Asked]] = {}
        for jobs in chunks(sorted({job for job, _ in wanted}), 500):
            rows = self.database.execute(
                "SELECT job, step, call.id, batch, outcome, answered_at, reserved, mode, model_asked,"
                " output_cap, cap_parameter, job.state"
                f" FROM call JOIN job ON job.id = call.job WHERE job IN ({','.join('?' * len(jobs))})"
                " ORDER BY call.id",
                tuple(jobs),
            )
            for job, step, *call in rows:
                if (job, step) in wanted:
                    found.setdefault((job, step), []).append(Asked(*call))
        return found

    def close(self, call: int, result: CallResult, *, retryable: bool | None, now: str) -> None:
        """Record the answer to one request."""
        self.ledger.calls.close(call, result, now=now)
        if retryable is not None:
            self.database.execute("UPDATE call SET retryable = ? WHERE id = ?", (retryable, call))

    def leave_incomplete(self, batch: int, *, now: str) -> None:
        """Have a batch wait, in no run's work, for answers that are missing: its open calls keep their reservation."""
        self._set(batch, now, state="incomplete", claimed_by=None)

    def end(self, batch: int, state: BatchState, cause: str, *, paid: bool = False, now: str) -> int:
        """Close a batch: what it did not answer costs nothing, or its reservation where it may have been ``paid``.

        Its jobs wait for another batch. Returns how many requests that are.
        """
        closed = self.database.execute(
            "UPDATE call SET outcome = ?, answered_at = ?, cost = iif(?, reserved, 0), retryable = 1"
            " WHERE batch = ? AND outcome IS NULL",
            (cause, now, paid, batch),
        ).rowcount
        self._set(batch, now, state=state, claimed_by=None)
        return closed

    def give_back(self, batch: int, cause: str) -> int:
        """Make the jobs planned again that a batch left for this cause, for whatever run asks next; how many.

        A job that another order has taken up since stays there.
        """
        return self.database.execute(
            "UPDATE job SET state = 'planned', claimed_by = NULL WHERE state = 'batched'"
            " AND wanted_by = (SELECT run FROM batch WHERE id = :batch)"
            " AND id IN (SELECT job FROM call WHERE batch = :batch AND outcome = :cause)",
            {"batch": batch, "cause": cause},
        ).rowcount

    def custom_id(self, job: int, step: int) -> str:
        """What names a step of a job in files: the ledger's token, the job, the step."""
        return f"{self.token}-{job}-{step}"

    def custom_ids(self, batch: int) -> Iterator[str]:
        """What names the requests of a batch in its file, in the order in which they were written."""
        rows = self.database.execute("SELECT job, step FROM call WHERE batch = ? ORDER BY id", (batch,))
        return (self.custom_id(job, step) for job, step in rows)

    def step_of(self, custom_id: str) -> tuple[int, int] | None:
        """Job and step that a ``custom_id`` of this ledger names; None for any other text."""
        token, _, rest = custom_id.partition("-")
        job, _, step = rest.partition("-")
        numbers = (job, step)
        if token != self.token or not all(part.isascii() and part.isdecimal() for part in numbers):
            return None
        return (int(job), int(step)) if all(len(part) < _TOO_LONG for part in numbers) else None

    def _set(self, batch: int, now: str, **values: object) -> None:
        columns = ", ".join(f"{name} = ?" for name in values)
        self.database.execute(
            f"UPDATE batch SET {columns}, updated_at = ? WHERE id = ?", (*values.values(), now, batch)
        )

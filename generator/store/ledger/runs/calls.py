"""The table of calls: each is recorded before it is sent, and its cost and reply are added when it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from generator.store.ledger.runs.new_jobs import PROBE, Backend
from generator.store.ledger.storage.blobs import Blobs
from generator.store.ledger.storage.database import Database

CHARGE = "coalesce(call.cost, CASE WHEN call.outcome IS NULL THEN call.reserved END)"
"""The cost of a call, in SQL: its reservation until it is answered; NULL where the price is not known."""
TOTAL = f"CASE WHEN count({CHARGE}) = count(*) THEN sum({CHARGE}) END"
"""The cost of all calls of a query, in SQL; NULL without calls, and where the price of one is not known."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call that is about to be sent.

    Args:
        step: 0 for the first request of the job, then one more for each repair.
        attempt: how often the step was tried, from 1.
        reserved: in nano-dollars; None without a known price.
        output_cap, cap_parameter: the output cap and the name under which it is sent; only for requests in batches.
    """

    job: int
    step: int
    purpose: str
    attempt: int
    request_hash: str
    mode: str
    model: str
    reserved: int | None
    output_cap: int | None = None
    cap_parameter: str | None = None


@dataclass(frozen=True, slots=True)
class CallResult:
    """How a call ended.

    Args:
        outcome: ``ok`` or the cause of the failure.
        cost: in nano-dollars; None where it is not known.
        price: the prices that were used, as JSON.
        reply: the bytes of the answer; None without one.
    """

    outcome: str
    cost: int | None
    price: str | None = None
    message: str | None = None
    mode: str | None = None
    model: str | None = None
    request_id: str | None = None
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    reply: bytes | None = None


@dataclass(frozen=True, slots=True)
class RecordedReply:
    """A reply that was paid for before, with the step that it answers."""

    step: int
    purpose: str
    request_hash: str
    mode: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Cost:
    """The number of some calls and what they cost together.

    ``amount`` is in nano-dollars; None where the price of one call is not known.
    """

    calls: int
    amount: int | None


@dataclass(frozen=True, slots=True)
class Spend:
    """What a set of calls cost, in nano-dollars and tokens.

    ``unpriced`` counts calls without a known price, which ``cost`` does not include; ``open_calls`` counts calls
    without an answer, ``estimated_calls`` answered calls without a credible token count; both count at their
    reservation.
    """

    calls: int
    cost: int
    unpriced: int
    open_calls: int
    estimated_calls: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    reasoning_tokens: int

    @property
    def cached_share(self) -> float | None:
        """The share of the prompt tokens, from 0 to 1, that the endpoint read from its cache; None without any."""
        return min(self.cached_tokens / self.prompt_tokens, 1.0) if self.prompt_tokens else None


class JobTokens(NamedTuple):
    """The tokens of all answers to one job; ``prompt`` includes ``cached``."""

    prompt: int
    cached: int
    completion: int


class Calls:
    """The calls of one ledger. Methods write within the caller's transaction."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def open(self, call: NewCall, *, run: int, now: str, batch: int | None = None) -> int:
        """Record that a call is about to be sent, live or in a batch. Until it is closed, its reservation counts.

        Returns:
            The number of the call.
        """
        cursor = self._database.execute(
            "INSERT INTO call (job, run, step, purpose, attempt, request_hash, mode, model_asked, reserved, sent_at,"
            " batch, output_cap, cap_parameter) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                call.job,
                run,
                call.step,
                call.purpose,
                call.attempt,
                call.request_hash,
                call.mode,
                call.model,
                call.reserved,
                now,
                batch,
                call.output_cap,
                call.cap_parameter,
            ),
        )
        return int(cursor.lastrowid or 0)

    def close(self, call: int, result: CallResult, *, now: str) -> None:
        """Record how a call ended, with the reply's bytes."""
        self._database.execute(
            "UPDATE call SET answered_at = ?, outcome = ?, message = ?, mode = coalesce(?, mode), model = ?,"
            " request_id = ?, finish_reason = ?, prompt_tokens = ?, cached_tokens = ?, completion_tokens = ?,"
            " reasoning_tokens = ?, price = ?, cost = ?, reply = ? WHERE id = ?",
            (
                now,
                result.outcome,
                result.message,
                result.mode,
                result.model,
                result.request_id,
                result.finish_reason,
                result.prompt_tokens,
                result.cached_tokens,
                result.completion_tokens,
                result.reasoning_tokens,
                result.price,
                result.cost,
                self._blobs.put(result.reply) if result.reply is not None else None,
                call,
            ),
        )

    def of_jobs(self, jobs: Sequence[int]) -> list[dict[str, Any]]:
        """All columns of the calls of some jobs (at most some hundreds), with ``charge`` (:data:`CHARGE`), by id."""
        rows = self._database.execute(
            f"SELECT *, {CHARGE} AS charge FROM call WHERE job IN ({','.join('?' * len(jobs))}) ORDER BY id",
            tuple(jobs),
        )
        return [dict(row) for row in rows]

    def cost(self, jobs: Sequence[int]) -> Cost:
        """The cost of all calls of some jobs (at most some hundreds)."""
        calls, total = self._database.execute(
            f"SELECT count(*), {TOTAL} FROM call WHERE job IN ({','.join('?' * len(jobs))})", tuple(jobs)
        ).fetchone()
        return Cost(calls, total if calls else 0)

    def replies(self, jobs: Sequence[int]) -> dict[int, list[RecordedReply]]:
        """The usable replies to some jobs (at most some hundreds), by job, oldest first."""
        found: dict[int, list[RecordedReply]] = {}
        rows = self._database.execute(
            "SELECT call.job, step, purpose, request_hash, mode, blob.hash, blob.data"
            " FROM call JOIN blob ON blob.hash = call.reply"
            f" WHERE call.job IN ({','.join('?' * len(jobs))}) AND outcome = 'ok' ORDER BY call.id",
            tuple(jobs),
        )
        for row in rows:
            reply = RecordedReply(
                row["step"],
                row["purpose"],
                row["request_hash"],
                row["mode"],
                self._blobs.unpack(row["hash"], row["data"]),
            )
            found.setdefault(row["job"], []).append(reply)
        return found

    def spend(self, *, run: int | None = None, kind: str | None = None, backend: Backend = "model") -> Spend:
        """What calls cost. A call without an answer counts at its reservation.

        Args:
            run: only the calls of this run; None for all.
            kind: only the calls of jobs of this kind; None for all.
        """
        row = self._database.execute(
            f"SELECT count(*), coalesce(sum({CHARGE}), 0),"
            f" coalesce(sum({CHARGE} IS NULL), 0), coalesce(sum(outcome IS NULL), 0),"
            " coalesce(sum(outcome = 'ok' AND cost IS NOT NULL AND prompt_tokens IS NULL), 0),"
            " coalesce(sum(prompt_tokens), 0), coalesce(sum(cached_tokens), 0), coalesce(sum(completion_tokens), 0),"
            " coalesce(sum(reasoning_tokens), 0)"
            " FROM call JOIN job ON job.id = call.job"
            " WHERE job.realm = :realm AND (:run IS NULL OR call.run = :run) AND (:kind IS NULL OR job.kind = :kind)",
            {"realm": backend, "run": run, "kind": kind},
        ).fetchone()
        return Spend(*row)

    def tokens_seen(self, model: str, kind: str) -> tuple[int, int, int] | None:
        """Mean prompt tokens, mean completion tokens and number of a model's answers so far; None without answers."""
        row = self._database.execute(
            "SELECT avg(prompt_tokens), avg(completion_tokens), count(*) FROM call JOIN job ON job.id = call.job"
            " WHERE call.model_asked = ? AND job.kind = ? AND outcome = 'ok' AND prompt_tokens IS NOT NULL",
            (model, kind),
        ).fetchone()
        return (round(row[0]), round(row[1]), row[2]) if row[2] else None

    def tokens_by_job(self, model: str, kind: str, *, most: int = 1000) -> list[JobTokens]:
        """The tokens of a model's answers to each of the newest jobs that are finished, repairs included.

        Args:
            most: the most jobs.
        """
        rows = self._database.execute(
            "SELECT sum(prompt_tokens), coalesce(sum(cached_tokens), 0), sum(completion_tokens)"
            " FROM call JOIN job ON job.id = call.job"
            " WHERE call.model_asked = ? AND job.kind = ? AND outcome = 'ok' AND prompt_tokens IS NOT NULL"
            " AND job.state NOT IN ('planned', 'claimed', 'batched', 'held')"
            " GROUP BY job ORDER BY job DESC LIMIT ?",
            (model, kind, most),
        )
        return [JobTokens(*row) for row in rows]

    def last_outcome(self, job: int) -> str | None:
        """How the last call of a job ended, as in ``CallResult``; None without a call or an answer."""
        row = self._database.execute(
            "SELECT outcome FROM call WHERE job = ? ORDER BY id DESC LIMIT 1", (job,)
        ).fetchone()
        return row["outcome"] if row else None

    def has_reply(self, job: int) -> bool:
        """Whether a reply to a job is recorded."""
        row = self._database.execute(
            "SELECT 1 FROM call WHERE job = ? AND outcome = 'ok' LIMIT 1", (job,)
        ).fetchone()
        return row is not None

    def jobs_refused(self, model: str, cause: str, *, limit: int) -> list[int]:
        """The last jobs, at most ``limit``, whose first request to a model failed with this cause."""
        rows = self._database.execute(
            "SELECT job FROM call WHERE outcome = ? AND model_asked = ? AND step = 0 GROUP BY job"
            " ORDER BY job DESC LIMIT ?",
            (cause, model, limit),
        )
        return [row["job"] for row in rows]

    def has_model_replies(self) -> bool:
        """Whether the ledger has any reply of a real model."""
        row = self._database.execute(
            "SELECT 1 FROM call JOIN job ON job.id = call.job WHERE job.realm = 'model' AND outcome = 'ok' LIMIT 1"
        ).fetchone()
        return row is not None

    def failures(self) -> list[tuple[str, int, int]]:
        """The causes of failed calls, each with its number of calls and of jobs, most frequent first; without probes."""
        rows = self._database.execute(
            "SELECT outcome, count(*), count(DISTINCT job) FROM call JOIN job ON job.id = call.job"
            " WHERE outcome IS NOT NULL AND outcome != 'ok' AND job.kind != ?"
            " GROUP BY outcome ORDER BY count(*) DESC, outcome",
            (PROBE,),
        )
        return [tuple(row) for row in rows]

"""The tables of jobs and redos: jobs are planned once and claimed by one run at a time, redos stored until they end.

The messages, article id and date of a planned job never change.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generator.content.states import DraftState, JobState
from generator.store.ledger.runs.calls import Calls, RecordedReply
from generator.store.ledger.runs.new_jobs import (
    HELPERS,
    PROBE,
    Backend,
    JobPacker,
    NewJob,
    PackedJob,
    decode_message,
)
from generator.store.ledger.storage.blobs import Blob, Blobs, pack
from generator.store.ledger.storage.database import Database

SAME_WORK = "its.question_key = job.question_key AND its.kind = job.kind AND its.identity = job.identity"
"""The condition, in SQL, that two jobs ``job`` and ``its`` are generations of one job, or the same job."""
_UNSENT = (
    "(job.state = 'batched' AND job.claimed_by IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM call WHERE call.job = job.id AND call.batch IS NOT NULL))"
)


@dataclass(frozen=True, slots=True)
class Job:
    """A planned job with its messages, and the replies that it has already.

    Args:
        request, context: see ``NewJob``.
        article_id: the id of the article that it writes; None for jobs of other kinds.
    """

    id: int
    backend: Backend
    question: str
    subject: str | None
    key: str | None
    article_id: int | None
    date: str | None
    request: dict[str, Any]
    system: str
    user: str
    context: dict[str, Any]
    prompt_hash: str
    replies: tuple[RecordedReply, ...]


@dataclass(frozen=True, slots=True)
class JobSummary:
    """What the planning of lists needs to know about an existing job.

    ``claimed_by`` is the run that has claimed it, if its state is ``claimed``. ``unsent`` is 1 for a job that waits for
    its first batch. ``draft_state`` is None without a draft; ``draft_edited``
    is 1 for a draft that a person changed. ``draft`` is its number.
    """

    id: int
    backend: Backend
    generation: int
    key: str | None
    question: str
    subject: str | None
    state: JobState
    created_at: str
    prompt_hash: str
    claimed_by: int | None
    unsent: int
    draft_state: DraftState | None
    draft_edited: int
    draft: int | None = None


class Jobs:
    """The jobs of one ledger. Methods write within the caller's transaction, except those for redos."""

    def __init__(self, database: Database, blobs: Blobs, calls: Calls) -> None:
        self._database = database
        self._blobs = blobs
        self._calls = calls
        self._packer = JobPacker()
        self._requests: dict[str, dict[str, Any]] = {}
        self._last_request: tuple[dict[str, Any] | None, Blob | None] = (None, None)

    def find(self, kind: str, backend: Backend, identity: str) -> JobSummary | None:
        """The newest generation of a job; None without one."""
        rows = self._summaries(
            "WHERE job.kind = ? AND job.realm = ? AND job.identity = ? ORDER BY job.generation DESC LIMIT 1",
            (kind, backend, identity),
        )
        return rows[0] if rows else None

    def is_empty(self) -> bool:
        """Whether there are no jobs."""
        return self._database.execute("SELECT 1 FROM job LIMIT 1").fetchone() is None

    def of_question(self, question_key: str) -> list[JobSummary]:
        """All drafting jobs with this normalised question, of any subject and backend."""
        return self._summaries(
            "WHERE job.kind = 'answer' AND job.question_key = ? ORDER BY job.id", (question_key,)
        )

    def has_question(self, question_key: str) -> bool:
        """Whether there is a drafting job with this normalised question."""
        row = self._database.execute(
            "SELECT 1 FROM job WHERE kind = 'answer' AND question_key = ? LIMIT 1", (question_key,)
        ).fetchone()
        return row is not None

    def questions(self, backend: Backend) -> Iterator[tuple[str | None, str]]:
        """The key and the question of every drafting job that is not held and not published, oldest first."""
        rows = self._database.execute(
            "SELECT job.key, job.question FROM job LEFT JOIN draft ON draft.job = job.id"
            " WHERE job.kind = 'answer' AND job.realm = ? AND job.state != 'held'"
            " AND coalesce(draft.state, '') != 'published' ORDER BY job.id",
            (backend,),
        )
        yield from (tuple(row) for row in rows)

    def of_article(self, key: str) -> list[JobSummary]:
        """All drafting jobs whose article has the key ``subject/slug``."""
        return self._summaries("WHERE job.kind = 'answer' AND job.key = ? ORDER BY job.id", (key,))

    def _summaries(self, where: str, parameters: tuple[Any, ...]) -> list[JobSummary]:
        rows = self._database.execute(
            "SELECT job.id, job.realm, job.generation, job.key, job.question, job.subject, job.state,"
            f" job.created_at, job.prompt_hash, job.claimed_by, {_UNSENT}, draft.state AS draft_state,"
            " coalesce(draft.edited, 0) AS edited, draft.id AS draft"
            " FROM job LEFT JOIN draft ON draft.id ="
            " (SELECT one.id FROM job AS its JOIN draft AS one ON one.job = its.id"
            f" WHERE {SAME_WORK} ORDER BY one.sha IS NULL, one.id DESC LIMIT 1) " + where,
            parameters,
        )
        return [JobSummary(*row) for row in rows]

    def plan(
        self,
        job: NewJob | PackedJob,
        *,
        run: int,
        state: JobState,
        first_free_id: int,
        earlier: JobSummary | None = None,
        now: str,
    ) -> int:
        """Store a new job; a drafting job gets the next article id.

        Args:
            run: the run that wants it.
            first_free_id: the smallest article id that may be used.
            earlier: the generation before this one; None for the first. If it was not begun, it ends as failed.

        Returns:
            The id of the job.
        """
        packed_job = job if isinstance(job, PackedJob) else self._packer.pack(job)
        for text in packed_job.texts:
            self._blobs.put_shared(text)
        new = packed_job.job
        if earlier is not None and earlier.state in ("planned", "held"):
            self.end(earlier.id, "failed", key=None, reason="planned again with other messages", now=now)
        cursor = self._database.execute(
            "INSERT INTO job (kind, realm, identity, generation, question_key, key, question, subject, article_id,"
            " date, request_blob, system_blob, user_blob, context_blob, prompt_hash, state, wanted_by, created_at,"
            " updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new.kind,
                new.backend,
                new.identity,
                earlier.generation + 1 if earlier else 0,
                new.question_key,
                new.key,
                new.question,
                new.subject,
                self._next_article_id(first_free_id) if new.kind == "answer" else None,
                new.date,
                self._put_request(new.request),
                self._blobs.put_shared(packed_job.system),
                self._blobs.put_packed(packed_job.user),
                self._blobs.put_packed(packed_job.context),
                new.prompt_hash,
                state,
                run,
                now,
                now,
            ),
        )
        return int(cursor.lastrowid or 0)

    def inherit_article(self, job: int, earlier: int) -> None:
        """Give a redo the article id and date of the job that it replaces."""
        self._database.execute(
            "UPDATE job SET (article_id, date) = (SELECT article_id, date FROM job WHERE id = ?) WHERE id = ?",
            (earlier, job),
        )

    def _next_article_id(self, first_free_id: int) -> int:
        highest = self._database.execute(
            "SELECT max(article_id) FROM job WHERE article_id IS NOT NULL"
        ).fetchone()[0]
        return max(first_free_id, (highest or 0) + 1)

    def assign_to_run(self, job: int, run: int, *, request: dict[str, Any]) -> None:
        """Assign an existing job to this run, if it is planned, held, failed, or waits for its first batch.

        Its messages do not change. Its schema, model and parameters become those of ``request``, unless a reply was
        paid for already.
        """
        blob = self._blobs.put(json.dumps(request, ensure_ascii=False).encode())
        self._database.execute(
            "UPDATE job SET wanted_by = :run, state = 'planned', reason = NULL, request_blob ="
            " CASE WHEN EXISTS (SELECT 1 FROM call WHERE call.job = job.id AND outcome = 'ok')"
            " THEN request_blob ELSE :blob END"
            f" WHERE id = :job AND (state IN ('planned', 'held', 'failed') OR {_UNSENT})",
            {"run": run, "job": job, "blob": blob},
        )

    def allow(self, job_id: int, now: str) -> bool:
        """Plan a held job, for the next run of its list. Returns whether it was held."""
        cursor = self._database.execute(
            "UPDATE job SET state = 'planned', wanted_by = NULL, updated_at = ? WHERE id = ? AND state = 'held'",
            (now, job_id),
        )
        return cursor.rowcount == 1

    def hold(self, job_id: int, now: str) -> bool:
        """Hold a planned job, so that no run claims it. Returns whether it was planned and not begun."""
        cursor = self._database.execute(
            "UPDATE job SET state = 'held', updated_at = ? WHERE id = ? AND state = 'planned'",
            (now, job_id),
        )
        return cursor.rowcount == 1

    def states_of(self, jobs: Sequence[int]) -> dict[int, JobState]:
        """The states of some jobs (at most some hundreds)."""
        rows = self._database.execute(
            f"SELECT id, state FROM job WHERE id IN ({','.join('?' * len(jobs))})", tuple(jobs)
        )
        return {row["id"]: row["state"] for row in rows}

    def is_grounded(self, job: int) -> bool:
        """Whether a job requires, for each point, the passages that support it."""
        row = self._database.execute("SELECT request_blob FROM job WHERE id = ?", (job,)).fetchone()
        return bool(self._request(row["request_blob"]).get("grounded"))

    def count_wanted(self, run: int, kind: str | None = None) -> int:
        """How many jobs are left for this run; ``kind``: those of one kind only."""
        count: int = self._database.execute(
            "SELECT count(*) FROM job WHERE wanted_by = :run AND state = 'planned'"
            " AND (:kind IS NULL OR kind = :kind)",
            {"run": run, "kind": kind},
        ).fetchone()[0]
        return count

    def count_open(self, *, helpers: bool = True) -> dict[str, int]:
        """How many jobs are planned, claimed or batched, by state; without probes of endpoints.

        Args:
            helpers: whether to count jobs about drafts and pages, which are no work of their own.
        """
        left_out = (PROBE,) if helpers else (PROBE, *HELPERS)
        rows = self._database.execute(
            "SELECT state, count(*) FROM job WHERE state IN ('planned', 'claimed', 'batched')"
            f" AND kind NOT IN ({', '.join('?' * len(left_out))}) GROUP BY state",
            left_out,
        )
        return {row[0]: row[1] for row in rows}

    def claim(self, run: int, limit: int, *, spread: bool = False) -> list[Job]:
        """Claim the next planned jobs of this run, at most ``limit``, in the order of planning.

        Args:
            spread: claim instead the first job of each subject, then the second of each, and so on. The jobs returned
                are in this order.
        """
        first = "row_number() OVER (PARTITION BY subject ORDER BY id), " if spread else ""
        rows = self._database.execute(
            "UPDATE job SET state = 'claimed', claimed_by = :run WHERE state = 'planned' AND id IN"
            f" (SELECT id FROM job WHERE wanted_by = :run AND state = 'planned' ORDER BY {first}id LIMIT :limit)"
            " RETURNING *",
            {"run": run, "limit": limit},
        ).fetchall()
        jobs = self.from_rows(rows)
        return _spread(jobs) if spread else jobs

    def claim_one(self, job: int, run: int) -> Job | None:
        """Claim one job for this run, unless another run has it or it has ended with a result."""
        rows = self._database.execute(
            "UPDATE job SET state = 'claimed', claimed_by = :run, wanted_by = :run"
            " WHERE id = :job AND state IN ('planned', 'failed') RETURNING *",
            {"run": run, "job": job},
        ).fetchall()
        return self.from_rows(rows)[0] if rows else None

    def from_rows(self, rows: Sequence[Any]) -> list[Job]:
        """The jobs of some rows of the table, in the order of their ids."""
        replies = self._calls.replies([row["id"] for row in rows])
        return sorted((self._job(row, replies.get(row["id"], ())) for row in rows), key=lambda job: job.id)

    def get(self, job_id: int) -> Job:
        """The job with this id, which must exist."""
        row = self._database.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
        return self._job(row, self._calls.replies([job_id]).get(job_id, ()))

    def prompt_hash(self, job: int) -> str:
        """The version of the prompt of a job."""
        row = self._database.execute("SELECT prompt_hash FROM job WHERE id = ?", (job,)).fetchone()
        return str(row[0])

    def _job(self, row: Any, replies: Sequence[RecordedReply]) -> Job:
        return Job(
            id=row["id"],
            backend=row["realm"],
            question=row["question"],
            subject=row["subject"],
            key=row["key"],
            article_id=row["article_id"],
            date=row["date"],
            request=self._request(row["request_blob"]),
            system=self._blobs.text(row["system_blob"]),
            user=decode_message(self._blobs.get(row["user_blob"]), self._blobs.text),
            context=self._context(row["context_blob"]),
            prompt_hash=row["prompt_hash"],
            replies=tuple(replies),
        )

    def end(self, job: int, state: JobState, *, key: str | None, reason: str | None, now: str) -> None:
        """Record how a claimed job ended."""
        self._database.execute(
            "UPDATE job SET state = ?, claimed_by = NULL, key = coalesce(?, key), reason = ?, updated_at = ?"
            " WHERE id = ?",
            (state, key, reason, now, job),
        )

    def release(self, job: int) -> None:
        """Release a claimed job without a result, for example when the run stops."""
        self._database.execute(
            "UPDATE job SET state = iif(state = 'claimed', 'planned', state), claimed_by = NULL"
            " WHERE id = ? AND state IN ('claimed', 'batched')",
            (job,),
        )

    def _put_request(self, request: dict[str, Any]) -> str:
        """Store a job's request. Consecutive jobs share one object, which is compressed once."""
        last, blob = self._last_request
        if last is not request or blob is None:
            blob = pack(json.dumps(request, ensure_ascii=False).encode())
            self._last_request = (request, blob)
        return self._blobs.put_shared(blob)

    def _context(self, digest: str) -> dict[str, Any]:
        """A job's context with the texts of its passages.

        Versions before 0.1.0 stored the texts within the context. Such a context is read as it is: to rewrite it, a
        migration would have to decompress and compress blobs, which SQL cannot do.
        """
        context: dict[str, Any] = json.loads(self._blobs.get(digest))
        for part in context.get("passages", ()):
            if "blob" in part:
                part["text"] = self._blobs.text(part.pop("blob"))
        return context

    def _request(self, digest: str) -> dict[str, Any]:
        """A job's request; one object for all jobs that share it."""
        request = self._requests.get(digest)
        if request is None:
            request = self._requests[digest] = json.loads(self._blobs.get(digest))
        return request

    def redo_begun(self, key: str) -> str | None:
        """When an unfinished redo was begun (ISO 8601, UTC); None without one. ``key`` identifies list and filter."""
        row = self._database.execute("SELECT begun_at FROM redo WHERE key = ?", (key,)).fetchone()
        return row["begun_at"] if row else None

    def begin_redo(self, key: str, *, now: str) -> str:
        """Begin a redo, or continue an interrupted one; returns when it was begun."""
        with self._database.transaction():
            self._database.execute("INSERT OR IGNORE INTO redo VALUES (?, ?)", (key, now))
        return self.redo_begun(key) or now

    def end_redo(self, key: str) -> None:
        """Record that a redo is finished: the same command then begins a new one."""
        with self._database.transaction():
            self._database.execute("DELETE FROM redo WHERE key = ?", (key,))


def _spread(jobs: Sequence[Job]) -> list[Job]:
    """Jobs in the order of their ids, so that those of all subjects take turns."""
    turns: Counter[str | None] = Counter()
    numbered = []
    for job in jobs:
        turns[job.subject] += 1
        numbered.append((turns[job.subject], job.id, job))
    return [job for *_, job in sorted(numbered, key=lambda entry: entry[:2])]

"""The table of jobs: questions made ready once, claimed by one run at a time; and the redos that are under way.

A job's messages, article id and date never change once it is planned.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generator.content.states import JobState
from generator.store.ledger.blobs import Blob, Blobs, packed
from generator.store.ledger.calls import Calls, RecordedReply
from generator.store.ledger.database import Database
from generator.store.ledger.new_jobs import NewJob, PackedJob, Packer, Realm, whole

SAME_WORK = "its.question_key = job.question_key AND its.kind = job.kind AND its.identity = job.identity"
"""Of two jobs, ``job`` and ``its``, in SQL: one is a redo of the other, or both are one."""
_UNSENT = (
    "(job.state = 'batched' AND job.claimed_by IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM call WHERE call.job = job.id AND call.batch IS NOT NULL))"
)


@dataclass(frozen=True, slots=True)
class Job:
    """A planned question with all that was planned for it, and the replies that it has already.

    ``context`` is what the job needs besides its messages.
    """

    id: int
    realm: Realm
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
    """What planning must know of a question that was seen before.

    ``unsent`` is 1 for one that is to go by batch and is in none yet.
    """

    id: int
    realm: Realm
    generation: int
    key: str | None
    question: str
    subject: str | None
    state: JobState
    created_at: str
    prompt_hash: str
    unsent: int
    draft_state: str | None
    draft_edited: int


class Jobs:
    """The jobs of one ledger. Methods write within the caller's transaction, except those for redos."""

    def __init__(self, database: Database, blobs: Blobs, calls: Calls) -> None:
        self._database = database
        self._blobs = blobs
        self._calls = calls
        self._packer = Packer()
        self._requests: dict[str, dict[str, Any]] = {}
        self._last_request: tuple[dict[str, Any] | None, Blob | None] = (None, None)

    def find(self, kind: str, realm: Realm, identity: str) -> JobSummary | None:
        """The newest generation of a job."""
        rows = self._summaries(
            "WHERE job.kind = ? AND job.realm = ? AND job.identity = ? ORDER BY job.generation DESC LIMIT 1",
            (kind, realm, identity),
        )
        return rows[0] if rows else None

    def is_empty(self) -> bool:
        """Whether nothing was ever planned."""
        return self._database.execute("SELECT 1 FROM job LIMIT 1").fetchone() is None

    def of_question(self, question_key: str) -> list[JobSummary]:
        """Every drafting job with this normalised question, of any subject and realm."""
        return self._summaries(
            "WHERE job.kind = 'answer' AND job.question_key = ? ORDER BY job.id", (question_key,)
        )

    def has_question(self, question_key: str) -> bool:
        """Whether there is a drafting job with this normalised question."""
        row = self._database.execute(
            "SELECT 1 FROM job WHERE kind = 'answer' AND question_key = ? LIMIT 1", (question_key,)
        ).fetchone()
        return row is not None

    def questions(self, realm: Realm) -> Iterator[tuple[str | None, str]]:
        """Key and question of every drafting job that is not held back and not published yet, oldest first."""
        rows = self._database.execute(
            "SELECT job.key, job.question FROM job LEFT JOIN draft ON draft.job = job.id"
            " WHERE job.kind = 'answer' AND job.realm = ? AND job.state != 'held'"
            " AND coalesce(draft.state, '') != 'published' ORDER BY job.id",
            (realm,),
        )
        yield from (tuple(row) for row in rows)

    def of_article(self, key: str) -> list[JobSummary]:
        """Every drafting job whose article is ``subject/slug``."""
        return self._summaries("WHERE job.kind = 'answer' AND job.key = ? ORDER BY job.id", (key,))

    def _summaries(self, where: str, parameters: tuple[Any, ...]) -> list[JobSummary]:
        rows = self._database.execute(
            "SELECT job.id, job.realm, job.generation, job.key, job.question, job.subject, job.state,"
            f" job.created_at, job.prompt_hash, {_UNSENT}, draft.state AS draft_state, coalesce(draft.edited, 0) AS edited"
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
        """Freeze a job; drafting jobs get the next article id. Returns the job's id.

        Args:
            earlier: the newest job of the same identity, whose next generation this is; None for the first.
        """
        packed_job = job if isinstance(job, PackedJob) else self._packer.pack(job)
        for text in packed_job.texts:
            self._blobs.put_shared(text)
        new = packed_job.job
        cursor = self._database.execute(
            "INSERT INTO job (kind, realm, identity, generation, question_key, key, question, subject, article_id, date,"
            " request_blob, system_blob, user_blob, context_blob, prompt_hash, state, wanted_by, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new.kind,
                new.realm,
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
        """Give a job the article id and date of the one it replaces, so that a redo keeps both."""
        self._database.execute(
            "UPDATE job SET (article_id, date) = (SELECT article_id, date FROM job WHERE id = ?) WHERE id = ?",
            (earlier, job),
        )

    def _next_article_id(self, first_free_id: int) -> int:
        highest = self._database.execute(
            "SELECT max(article_id) FROM job WHERE article_id IS NOT NULL"
        ).fetchone()[0]
        return max(first_free_id, (highest or 0) + 1)

    def want(self, job: int, run: int, *, request: dict[str, Any]) -> None:
        """Mark a job as one that this run is to do: planned, held, failed before, or never put into a batch.

        The messages stay as planned; model and parameters are this run's, unless a reply was paid for already.
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
        """Plan a held job after all, for the next run over its list; whether it was held."""
        cursor = self._database.execute(
            "UPDATE job SET state = 'planned', wanted_by = NULL, updated_at = ? WHERE id = ? AND state = 'held'",
            (now, job_id),
        )
        return cursor.rowcount == 1

    def hold(self, job_id: int, now: str) -> bool:
        """Hold a planned job back; whether it was planned and not under way."""
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
        """Whether a planned job asks for the passages behind each point."""
        row = self._database.execute("SELECT request_blob FROM job WHERE id = ?", (job,)).fetchone()
        return bool(self._request(row["request_blob"]).get("grounded"))

    def wanted(self, run: int) -> int:
        """How many jobs are left for this run."""
        count: int = self._database.execute(
            "SELECT count(*) FROM job WHERE wanted_by = ? AND state = 'planned'", (run,)
        ).fetchone()[0]
        return count

    def count_open(self) -> dict[str, int]:
        """How many jobs are planned, claimed or batched, by state."""
        rows = self._database.execute(
            "SELECT state, count(*) FROM job WHERE state IN ('planned', 'claimed', 'batched') GROUP BY state"
        )
        return {row[0]: row[1] for row in rows}

    def claim(self, run: int, limit: int) -> list[Job]:
        """Take the next planned jobs of this run, in list order, with the replies already paid for."""
        rows = self._database.execute(
            "UPDATE job SET state = 'claimed', claimed_by = :run WHERE state = 'planned' AND id IN"
            " (SELECT id FROM job WHERE wanted_by = :run AND state = 'planned' ORDER BY id LIMIT :limit)"
            " RETURNING *",
            {"run": run, "limit": limit},
        ).fetchall()
        return self.from_rows(rows)

    def from_rows(self, rows: Sequence[Any]) -> list[Job]:
        """Rows of the job table as jobs, in order, with the replies already paid for."""
        replies = self._calls.replies([row["id"] for row in rows])
        return sorted((self._job(row, replies.get(row["id"], ())) for row in rows), key=lambda job: job.id)

    def get(self, job_id: int) -> Job:
        """One job by its number."""
        row = self._database.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
        return self._job(row, self._calls.replies([job_id]).get(job_id, ()))

    def prompt_hash(self, job: int) -> str:
        """The version of the prompt that a job was made with."""
        row = self._database.execute("SELECT prompt_hash FROM job WHERE id = ?", (job,)).fetchone()
        return str(row[0])

    def _job(self, row: Any, replies: Sequence[RecordedReply]) -> Job:
        return Job(
            id=row["id"],
            realm=row["realm"],
            question=row["question"],
            subject=row["subject"],
            key=row["key"],
            article_id=row["article_id"],
            date=row["date"],
            request=self._request(row["request_blob"]),
            system=self._blobs.text(row["system_blob"]),
            user=whole(self._blobs.get(row["user_blob"]), self._blobs.text),
            context=self._context(row["context_blob"]),
            prompt_hash=row["prompt_hash"],
            replies=tuple(replies),
        )

    def end(self, job: int, state: JobState, *, key: str | None, reason: str | None, now: str) -> None:
        """Record how a claimed job ended."""
        self._database.execute(
            "UPDATE job SET state = ?, claimed_by = NULL, key = coalesce(?, key), reason = ?, updated_at = ? WHERE id = ?",
            (state, key, reason, now, job),
        )

    def release(self, job: int) -> None:
        """Undo the claim of a job that was not worked on, as when the run stops."""
        self._database.execute(
            "UPDATE job SET state = iif(state = 'claimed', 'planned', state), claimed_by = NULL"
            " WHERE id = ? AND state IN ('claimed', 'batched')",
            (job,),
        )

    def _put_request(self, request: dict[str, Any]) -> str:
        """Store what goes along with the messages; jobs in a row share one object, which is not looked at twice."""
        last, blob = self._last_request
        if last is not request or blob is None:
            blob = packed(json.dumps(request, ensure_ascii=False).encode())
            self._last_request = (request, blob)
        return self._blobs.put_shared(blob)

    def _context(self, digest: str) -> dict[str, Any]:
        """What a job needs besides its messages.

        Builds before 0.1.0 kept the texts of the passages in the context itself. Such a context is read as it is: to
        rewrite it, a migration would have to unpack and pack blobs, which SQL cannot.
        """
        context: dict[str, Any] = json.loads(self._blobs.get(digest))
        for part in context.get("passages", ()):
            if "blob" in part:
                part["text"] = self._blobs.text(part.pop("blob"))
        return context

    def _request(self, digest: str) -> dict[str, Any]:
        """What goes along with the messages; one object for all jobs that share it."""
        request = self._requests.get(digest)
        if request is None:
            request = self._requests[digest] = json.loads(self._blobs.get(digest))
        return request

    def redo_begun(self, key: str) -> str | None:
        """When an unfinished redo was begun; None without one."""
        row = self._database.execute("SELECT begun_at FROM redo WHERE key = ?", (key,)).fetchone()
        return row["begun_at"] if row else None

    def begin_redo(self, key: str, *, now: str) -> str:
        """Begin a redo, or continue the one that was interrupted; returns when it was begun."""
        with self._database.transaction():
            self._database.execute("INSERT OR IGNORE INTO redo VALUES (?, ?)", (key, now))
        return self.redo_begun(key) or now

    def end_redo(self, key: str) -> None:
        """Record that a redo is finished: the same command begins a new one."""
        with self._database.transaction():
            self._database.execute("DELETE FROM redo WHERE key = ?", (key,))

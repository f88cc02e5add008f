"""The ledger of paid work: runs, jobs and calls. What became of a job's draft is in ``store.drafts``.

Promises: a reply is stored before anything is made of it; a job's messages, article id and date never
change once planned; a job is claimed by one run at a time, and the claims of a run that died are released.

Methods write inside the caller's transaction (``database.transaction`` or a ``GroupCommit``), never commit
themselves, and take the time as an argument.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from generator.content.states import JobState
from generator.store.ledger.blobs import Blobs
from generator.store.ledger.database import Database
from generator.store.ledger.packing import Blob, PackedJob, Packer, digest_of, packed, unpacked, whole
from generator.store.ledger.records import (
    CallResult,
    Job,
    JobSummary,
    NewCall,
    NewJob,
    Realm,
    RecordedReply,
    Spend,
)
from generator.store.ledger.runs import Run, RunLock

LEDGER_NAME = "ledger.sqlite3"
_UNSENT = (
    "(job.state = 'batched' AND job.claimed_by IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM call WHERE call.job = job.id AND call.batch IS NOT NULL))"
)


class Ledger:
    """Runs, jobs and calls in one SQLite file."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._locks = database.path.parent / "locks"
        self._blobs = Blobs(database)
        self._packer = Packer()
        self._requests: dict[str, dict[str, Any]] = {}
        self._last_request: tuple[dict[str, Any] | None, Blob | None] = (None, None)

    # runs

    def start_run(self, command: str, argv: Sequence[str], config_hash: str, *, now: str, token: str) -> Run:
        """Open a run and release the claims of runs that died."""
        lock = RunLock(self._locks, token)
        lock.acquire()
        with self.database.transaction():
            cursor = self.database.execute(
                "INSERT INTO run (command, argv, config_hash, lock, started_at) VALUES (?, ?, ?, ?, ?)",
                (command, json.dumps(list(argv)), config_hash, token, now),
            )
            run = Run(int(cursor.lastrowid or 0), lock)
            self._release_dead_claims()
        return run

    def finish_run(self, run: Run, *, now: str) -> None:
        """Close a run; jobs it claimed and did not end can be claimed again."""
        with self.database.transaction():
            self.database.execute("UPDATE run SET finished_at = ? WHERE id = ?", (now, run.id))
            self._release_claims(run.id)
        run.lock.release()

    def _release_dead_claims(self) -> None:
        rows = self.database.execute(
            "SELECT id, lock FROM run WHERE id IN (SELECT claimed_by FROM job WHERE state = 'claimed'"
            " UNION SELECT claimed_by FROM job WHERE state = 'batched' AND claimed_by IS NOT NULL"
            " UNION SELECT claimed_by FROM batch WHERE claimed_by IS NOT NULL)"
        ).fetchall()
        for row in rows:
            lock = RunLock(self._locks, row["lock"])
            if lock.acquire():
                self._release_claims(row["id"])
                lock.release()

    def _release_claims(self, run: int) -> None:
        for claimed in (
            "UPDATE job SET state = 'planned', claimed_by = NULL WHERE claimed_by = ? AND state = 'claimed'",
            "UPDATE job SET claimed_by = NULL WHERE claimed_by = ? AND state = 'batched'",
            "UPDATE batch SET claimed_by = NULL WHERE claimed_by = ?",
        ):
            self.database.execute(claimed, (run,))

    # jobs

    def find(self, kind: str, realm: Realm, identity: str) -> JobSummary | None:
        """The newest generation of a job."""
        rows = self._summaries(
            "WHERE job.kind = ? AND job.realm = ? AND job.identity = ? ORDER BY job.generation DESC LIMIT 1",
            (kind, realm, identity),
        )
        return rows[0] if rows else None

    def has_jobs(self) -> bool:
        """Whether anything was ever planned."""
        return self.database.execute("SELECT 1 FROM job LIMIT 1").fetchone() is not None

    def same_question(self, question_key: str) -> list[JobSummary]:
        """Every drafting job with this normalised question, of any subject and realm."""
        return self._summaries(
            "WHERE job.kind = 'answer' AND job.question_key = ? ORDER BY job.id", (question_key,)
        )

    def has_question(self, question_key: str) -> bool:
        """Whether there is a drafting job with this normalised question."""
        row = self.database.execute(
            "SELECT 1 FROM job WHERE kind = 'answer' AND question_key = ? LIMIT 1", (question_key,)
        ).fetchone()
        return row is not None

    def questions(self, realm: Realm) -> Iterator[tuple[str | None, str]]:
        """Key and question of every drafting job that is not held back and not published yet, oldest first."""
        rows = self.database.execute(
            "SELECT job.key, job.question FROM job LEFT JOIN draft ON draft.job = job.id"
            " WHERE job.kind = 'answer' AND job.realm = ? AND job.state != 'held'"
            " AND coalesce(draft.state, '') != 'published' ORDER BY job.id",
            (realm,),
        )
        yield from (tuple(row) for row in rows)

    def holders_of(self, key: str) -> list[JobSummary]:
        """Every drafting job whose article is ``subject/slug``."""
        return self._summaries("WHERE job.kind = 'answer' AND job.key = ? ORDER BY job.id", (key,))

    def _summaries(self, where: str, parameters: tuple[Any, ...]) -> list[JobSummary]:
        rows = self.database.execute(
            "SELECT job.id, job.realm, job.identity, job.generation, job.key, job.question, job.subject, job.state,"
            f" job.created_at, job.prompt_hash, {_UNSENT}, draft.state AS draft_state, coalesce(draft.edited, 0) AS edited"
            " FROM job LEFT JOIN draft ON draft.id ="
            " (SELECT one.id FROM job AS its JOIN draft AS one ON one.job = its.id"
            " WHERE its.question_key = job.question_key AND its.kind = job.kind AND its.identity = job.identity"
            " ORDER BY one.sha IS NULL, one.id DESC LIMIT 1) " + where,
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
        generation: int = 0,
        now: str,
    ) -> int:
        """Freeze a job; drafting jobs get the next article id. Returns the job's id."""
        packed_job = job if isinstance(job, PackedJob) else self._packer.pack(job)
        for text in packed_job.texts:
            self._blobs.put_shared(text)
        new = packed_job.job
        cursor = self.database.execute(
            "INSERT INTO job (kind, realm, identity, generation, question_key, key, question, subject, article_id, date,"
            " request_blob, system_blob, user_blob, context_blob, prompt_hash, state, wanted_by, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new.kind,
                new.realm,
                new.identity,
                generation,
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
        self.database.execute(
            "UPDATE job SET (article_id, date) = (SELECT article_id, date FROM job WHERE id = ?) WHERE id = ?",
            (earlier, job),
        )

    def _next_article_id(self, first_free_id: int) -> int:
        highest = self.database.execute(
            "SELECT max(article_id) FROM job WHERE article_id IS NOT NULL"
        ).fetchone()[0]
        return max(first_free_id, (highest or 0) + 1)

    def want(self, job: int, run: int, *, request: dict[str, Any]) -> None:
        """Mark a job as one that this run is to do: planned, held, failed before, or never put into a batch.

        The messages stay as planned; model and parameters are this run's, unless a reply was paid for already.
        """
        blob = self.put_blob(json.dumps(request, ensure_ascii=False).encode())
        self.database.execute(
            "UPDATE job SET wanted_by = :run, state = 'planned', reason = NULL, request_blob ="
            " CASE WHEN EXISTS (SELECT 1 FROM call WHERE call.job = job.id AND outcome = 'ok')"
            " THEN request_blob ELSE :blob END"
            f" WHERE id = :job AND (state IN ('planned', 'held', 'failed') OR {_UNSENT})",
            {"run": run, "job": job, "blob": blob},
        )

    def allow(self, job_id: int, now: str) -> bool:
        """Plan a held job after all, for the next run over its list; whether it was held."""
        cursor = self.database.execute(
            "UPDATE job SET state = 'planned', wanted_by = NULL, updated_at = ? WHERE id = ? AND state = 'held'",
            (now, job_id),
        )
        return cursor.rowcount == 1

    def hold(self, job_id: int, now: str) -> bool:
        """Hold a planned job back; whether it was planned and not under way."""
        cursor = self.database.execute(
            "UPDATE job SET state = 'held', updated_at = ? WHERE id = ? AND state = 'planned'",
            (now, job_id),
        )
        return cursor.rowcount == 1

    def states_of(self, jobs: Sequence[int]) -> dict[int, JobState]:
        """The states of some jobs (at most some hundreds)."""
        rows = self.database.execute(
            f"SELECT id, state FROM job WHERE id IN ({','.join('?' * len(jobs))})", tuple(jobs)
        )
        return {row["id"]: row["state"] for row in rows}

    def is_grounded(self, job: int) -> bool:
        """Whether a planned job asks for the passages behind each point."""
        row = self.database.execute("SELECT request_blob FROM job WHERE id = ?", (job,)).fetchone()
        return bool(self._request(row["request_blob"]).get("grounded"))

    def wanted(self, run: int) -> int:
        """How many jobs are left for this run."""
        count: int = self.database.execute(
            "SELECT count(*) FROM job WHERE wanted_by = ? AND state = 'planned'", (run,)
        ).fetchone()[0]
        return count

    def open_jobs(self) -> dict[str, int]:
        """How many questions are planned, being asked right now, or going by batch."""
        rows = self.database.execute(
            "SELECT state, count(*) FROM job WHERE state IN ('planned', 'claimed', 'batched') GROUP BY state"
        )
        return {row[0]: row[1] for row in rows}

    def claim(self, run: int, limit: int) -> list[Job]:
        """Take the next planned jobs of this run, in list order, with the replies already paid for."""
        rows = self.database.execute(
            "UPDATE job SET state = 'claimed', claimed_by = :run WHERE state = 'planned' AND id IN"
            " (SELECT id FROM job WHERE wanted_by = :run AND state = 'planned' ORDER BY id LIMIT :limit)"
            " RETURNING *",
            {"run": run, "limit": limit},
        ).fetchall()
        return self.jobs_of(rows)

    def jobs_of(self, rows: Sequence[Any]) -> list[Job]:
        """Rows of the job table as jobs, in order, with the replies already paid for."""
        replies = self._replies([row["id"] for row in rows])
        return sorted((self._job(row, replies.get(row["id"], ())) for row in rows), key=lambda job: job.id)

    def job(self, job_id: int) -> Job:
        """One job, whole."""
        row = self.database.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
        return self._job(row, self._replies([job_id]).get(job_id, ()))

    def prompt_hash(self, job: int) -> str:
        """The version of the prompt that a job was made with."""
        row = self.database.execute("SELECT prompt_hash FROM job WHERE id = ?", (job,)).fetchone()
        return str(row[0])

    def _job(self, row: Any, replies: Sequence[RecordedReply]) -> Job:
        return Job(
            id=row["id"],
            kind=row["kind"],
            realm=row["realm"],
            identity=row["identity"],
            generation=row["generation"],
            question=row["question"],
            subject=row["subject"],
            key=row["key"],
            article_id=row["article_id"],
            date=row["date"],
            request=self._request(row["request_blob"]),
            system=self._blobs.text(row["system_blob"]),
            user=whole(self.blob(row["user_blob"]), self._blobs.text),
            prompt_hash=row["prompt_hash"],
            replies=tuple(replies),
            load_context=partial(self._context, row["context_blob"]),
        )

    def end_job(self, job: int, state: JobState, *, key: str | None, reason: str | None, now: str) -> None:
        """Record how a claimed job ended."""
        self.database.execute(
            "UPDATE job SET state = ?, claimed_by = NULL, key = coalesce(?, key), reason = ?, updated_at = ? WHERE id = ?",
            (state, key, reason, now, job),
        )

    def release(self, job: int) -> None:
        """Give a claimed job back untouched, as when the run stops."""
        self.database.execute(
            "UPDATE job SET state = iif(state = 'claimed', 'planned', state), claimed_by = NULL"
            " WHERE id = ? AND state IN ('claimed', 'batched')",
            (job,),
        )

    # calls

    def open_call(self, call: NewCall, *, run: int, now: str) -> int:
        """Record that a call is about to be sent. Until it is closed it counts at its reservation."""
        cursor = self.database.execute(
            "INSERT INTO call (job, run, step, purpose, attempt, request_hash, mode, model_asked, reserved, sent_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            ),
        )
        return int(cursor.lastrowid or 0)

    def close_call(self, call: int, result: CallResult, *, now: str) -> None:
        """Record how a call ended, with the reply's bytes."""
        self.database.execute(
            "UPDATE call SET answered_at = ?, outcome = ?, message = ?, mode = coalesce(?, mode), model = ?, request_id = ?,"
            " finish_reason = ?, prompt_tokens = ?, cached_tokens = ?, completion_tokens = ?, reasoning_tokens = ?,"
            " price = ?, cost = ?, reply = ? WHERE id = ?",
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
                self.put_blob(result.reply) if result.reply is not None else None,
                call,
            ),
        )

    def calls_of(self, job: int) -> list[dict[str, Any]]:
        """Every call of a job, oldest first."""
        return [
            dict(row) for row in self.database.execute("SELECT * FROM call WHERE job = ? ORDER BY id", (job,))
        ]

    def _replies(self, jobs: Sequence[int]) -> dict[int, list[RecordedReply]]:
        found: dict[int, list[RecordedReply]] = {}
        rows = self.database.execute(
            "SELECT call.job, step, purpose, request_hash, mode, blob.hash, blob.data FROM call JOIN blob ON blob.hash = call.reply"
            f" WHERE call.job IN ({','.join('?' * len(jobs))}) AND outcome = 'ok' ORDER BY call.id",
            tuple(jobs),
        )
        for row in rows:
            reply = RecordedReply(
                row["step"],
                row["purpose"],
                row["request_hash"],
                row["mode"],
                self._blobs.unpacked(row["hash"], row["data"]),
            )
            found.setdefault(row["job"], []).append(reply)
        return found

    def spend(self, *, run: int | None = None, kind: str | None = None, realm: Realm = "model") -> Spend:
        """What calls cost: a lost or timed-out call counts at its reservation."""
        row = self.database.execute(
            "SELECT count(*), coalesce(sum(coalesce(cost, CASE WHEN outcome IS NULL THEN reserved END)), 0),"
            " coalesce(sum(cost IS NULL AND (outcome = 'ok' OR reserved IS NULL)), 0), coalesce(sum(outcome IS NULL), 0),"
            " coalesce(sum(prompt_tokens), 0), coalesce(sum(cached_tokens), 0), coalesce(sum(completion_tokens), 0),"
            " coalesce(sum(reasoning_tokens), 0)"
            " FROM call JOIN job ON job.id = call.job"
            " WHERE job.realm = :realm AND (:run IS NULL OR call.run = :run) AND (:kind IS NULL OR job.kind = :kind)",
            {"realm": realm, "run": run, "kind": kind},
        ).fetchone()
        return Spend(*row)

    def tokens_seen(self, model: str, kind: str) -> tuple[int, int, int] | None:
        """Mean prompt and completion tokens of this model's earlier answers and their number; None without any."""
        row = self.database.execute(
            "SELECT avg(prompt_tokens), avg(completion_tokens), count(*) FROM call JOIN job ON job.id = call.job"
            " WHERE call.model_asked = ? AND job.kind = ? AND outcome = 'ok' AND prompt_tokens IS NOT NULL",
            (model, kind),
        ).fetchone()
        return (round(row[0]), round(row[1]), row[2]) if row[2] else None

    def has_model_replies(self) -> bool:
        """Whether a real model ever answered into this ledger."""
        row = self.database.execute(
            "SELECT 1 FROM call JOIN job ON job.id = call.job WHERE job.realm = 'model' AND outcome = 'ok' LIMIT 1"
        ).fetchone()
        return row is not None

    def failures(self) -> list[tuple[str, int, int]]:
        """Causes of failed calls with their number and the number of jobs concerned, most frequent first."""
        rows = self.database.execute(
            "SELECT outcome, count(*), count(DISTINCT job) FROM call WHERE outcome IS NOT NULL AND outcome != 'ok'"
            " GROUP BY outcome ORDER BY count(*) DESC, outcome"
        )
        return [tuple(row) for row in rows]

    # blobs and endpoints

    def put_blob(self, data: bytes) -> str:
        """Store bytes once; returns their hash."""
        return self._blobs.put(data)

    def blob(self, digest: str) -> bytes:
        """Bytes by their hash."""
        return self._blobs.get(digest)

    def quirks(self, url: str, model: str) -> str | None:
        """What was learnt of an endpoint, as JSON."""
        row = self.database.execute(
            "SELECT quirks FROM endpoint WHERE url = ? AND model = ?", (url, model)
        ).fetchone()
        return row["quirks"] if row else None

    def remember_quirks(self, url: str, model: str, quirks: str) -> None:
        """Keep what was learnt of an endpoint."""
        with self.database.transaction():
            self.database.execute("INSERT OR REPLACE INTO endpoint VALUES (?, ?, ?)", (url, model, quirks))

    def _put_request(self, request: dict[str, Any]) -> str:
        """Store what goes along with the messages; jobs in a row share one object, which is not looked at twice."""
        last, blob = self._last_request
        if last is not request or blob is None:
            blob = packed(json.dumps(request, ensure_ascii=False).encode())
            self._last_request = (request, blob)
        return self._blobs.put_shared(blob)

    def _context(self, digest: str) -> dict[str, Any]:
        """What a job goes by. In ledgers of earlier versions the passages' texts stand in it."""
        context: dict[str, Any] = json.loads(self.blob(digest))
        for part in context.get("passages", ()):
            if "blob" in part:
                part["text"] = self._blobs.text(part.pop("blob"))
        return context

    def _request(self, digest: str) -> dict[str, Any]:
        """What goes along with the messages; one object for all jobs that share it."""
        request = self._requests.get(digest)
        if request is None:
            request = self._requests[digest] = json.loads(self.blob(digest))
        return request

    def redo_begun(self, key: str) -> str | None:
        """When a redo that is not through was begun."""
        row = self.database.execute("SELECT begun_at FROM redo WHERE key = ?", (key,)).fetchone()
        return row["begun_at"] if row else None

    def begin_redo(self, key: str, *, now: str) -> str:
        """Begin a redo, or go on with the one that was cut short; returns when it was begun."""
        with self.database.transaction():
            self.database.execute("INSERT OR IGNORE INTO redo VALUES (?, ?)", (key, now))
        return self.redo_begun(key) or now

    def end_redo(self, key: str) -> None:
        """The redo is through: the same command begins a new one."""
        with self.database.transaction():
            self.database.execute("DELETE FROM redo WHERE key = ?", (key,))

    def verify(self) -> Iterator[str]:
        """Re-derive every hash; yields what does not agree."""
        for row in self.database.execute("SELECT hash, data FROM blob"):
            try:
                data = unpacked(row["data"])
            except ValueError as error:
                yield f"blob {row['hash']}: {error}"
                continue
            if digest_of(data) != row["hash"]:
                yield f"blob {row['hash']}: its bytes have another hash"
        for row in self.database.execute("SELECT draft, n, sha, bytes FROM version WHERE sha != bytes"):
            yield f"version {row['n']} of draft {row['draft']}: hash {row['sha']} names other bytes"


def hash_of(*parts: str) -> str:
    """A stable hash of a sequence of texts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def chunks(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """Lists of at most ``size``, as SQLite bounds the parameters of a statement."""
    chunk: list[int] = []
    for item in ids:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk

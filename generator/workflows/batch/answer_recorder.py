"""Records the answers of batches: every reply is in the ledger before it is used.

Answers are matched by ``custom_id`` alone, so their order, repetitions and gaps do not matter, and a file may be read
any number of times. Of several lines for one request, the first whole answer counts, else the first that was cut off;
errors before or after it do not.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from generator.content.states import JobState
from generator.model.batch.files import BadLine, ResponseLine, response_lines
from generator.model.endpoint_profile import EndpointProfiles
from generator.model.failures import CallTarget, Failure, classify_bad_reply, classify_response
from generator.model.reply.reply import BadReply, Reply, read_reply
from generator.store.ledger.batches.rows import StepCall
from generator.store.ledger.runs.calls import CallResult
from generator.store.ledger.storage.database import GroupCommit
from generator.workflows.batch.services import BatchStoreServices
from generator.workflows.engine.call_events import LoggedCall, log_call
from generator.workflows.engine.call_results import reply_result
from generator.workflows.engine.noted_report import NotedReport

CHUNK = 200
"""How many lines are recorded in one transaction."""

MISSING, EXPIRED, CANCELLED, REFUSED = "batch-missing", "batch-expired", "batch-cancelled", "batch-failed"
"""Outcomes of requests that have no answer, by how their batch ended."""

LOST = "batch-lost"
"""The outcome of a request that may have been answered and charged, and whose answer is no longer waited for."""

ERROR = "batch-error"
"""The outcome of a request whose error has an unknown code or none."""

_CAUSES = {"batch_expired": EXPIRED, "batch_cancelled": CANCELLED}
# A job in one of these states can still use a late reply.
_OPEN: frozenset[JobState] = frozenset({"batched", "planned", "held", "failed"})


@dataclass
class RecordingReport(NotedReport):
    """Counts the lines of response files by kind.

    Args:
        answered: new answers.
        failed: new errors.
        known: recorded when a file was read before.
        duplicate: repeat a line of the same file, or are an error that an answer in the same file replaced.
        unneeded: answers to a request that has an answer already, or to a job that is done.
        unknown: belong to no request of this ledger.
        malformed: not response lines.
    """

    answered: int = 0
    failed: int = 0
    known: int = 0
    duplicate: int = 0
    unneeded: int = 0
    unknown: int = 0
    malformed: int = 0

    MOST_NOTES = 100

    @property
    def lines(self) -> int:
        """How many lines were read."""
        new = self.answered + self.failed + self.unneeded
        return new + self.known + self.duplicate + self.unknown + self.malformed


class _Reading(NamedTuple):
    """What to record of a line; for a failure, whether a retry may succeed; the reply, if it is one."""

    result: CallResult
    retryable: bool | None = None
    reply: Reply | None = None


class AnswerRecorder:
    """Reads response files into the ledger.

    Args:
        profiles: how the endpoint is asked for each model; learns from the answers.
        save_profiles: writes what was learned, inside the open transaction.
        report: counts the lines of every file read.
    """

    def __init__(
        self,
        services: BatchStoreServices,
        commits: GroupCommit,
        profiles: EndpointProfiles,
        *,
        save_profiles: Callable[[], None],
        report: RecordingReport,
        on_chunk: Callable[[RecordingReport], None] = lambda _: None,
    ) -> None:
        self._batches = services.batches
        self._price_of = services.settings.price_of
        self._now = services.now
        self._commits = commits
        self._profiles = profiles
        self._save_profiles = save_profiles
        self._report = report
        self._on_chunk = on_chunk
        self._started_at = ""

    async def read(self, source: Iterable[bytes], name: str, *, batch: int | None = None) -> None:
        """Record every answer in a file.

        Args:
            name: what messages call the file.
            batch: the number of the batch whose file it is; None where it may hold answers of any batch.
        """
        self._started_at = self._now()
        lines = response_lines(source)
        while chunk := list(islice(lines, CHUNK)):
            usable = list(self._usable(chunk, name))
            await self._commits.run(partial(self._record, usable, batch))
            self._on_chunk(self._report)

    def _usable(
        self, chunk: list[ResponseLine | BadLine], name: str
    ) -> Iterator[tuple[tuple[int, int], ResponseLine]]:
        for line in chunk:
            if isinstance(line, BadLine):
                self._report.malformed += 1
                self._report.note(f"{name}:{line.number}: {line.reason}")
                continue
            step = self._batches.step_of(line.custom_id)
            if step is None:
                self._report.unknown += 1
                self._report.note(
                    f"{name}:{line.number}: no request of this ledger has the custom_id {line.custom_id[:80]!r}"
                )
                continue
            yield step, line

    def _record(self, lines: list[tuple[tuple[int, int], ResponseLine]], batch: int | None) -> None:
        calls_by_step = self._batches.calls_of_steps([step for step, _ in lines])
        steps_read: set[tuple[int, int]] = set()
        for step, line in lines:
            if repeated := step in steps_read:
                calls_by_step |= self._batches.calls_of_steps([step])
            steps_read.add(step)
            calls = [call for call in calls_by_step.get(step, []) if call.mode]
            self._record_line(line, step[0], calls, batch, repeated)
        self._save_profiles()

    def _record_line(
        self, line: ResponseLine, job: int, calls: list[StepCall], batch: int | None, repeated: bool
    ) -> None:
        """Record a line as the result of one of the calls for its step, and count it.

        Args:
            job: the job of the step.
            repeated: an earlier line of the same chunk is for the same step.
        """
        call = _find_call(calls, batch)
        if call is None:
            self._report.unknown += 1
            self._report.note(
                f"line {line.number}: no request of this ledger has the custom_id {line.custom_id[:80]!r}"
            )
            return
        answered = [call for call in calls if call.outcome in ("ok", "unused")]
        result, retryable, reply = self._read_line(line, call)
        completes = reply is not None and not reply.is_cut_off and call.is_cut_off and call.job_state in _OPEN
        if completes:
            answered = []
        if call.outcome is not None and (answered or result.outcome != "ok"):
            if repeated or any(map(self._is_new, answered or [call])):
                self._report.duplicate += 1
            else:
                self._report.known += 1
            return
        if call.outcome is not None and self._is_new(call):
            if completes:
                self._report.answered -= 1
            else:
                self._report.failed -= 1
            self._report.duplicate += 1
        if result.outcome == "ok" and (answered or call.job_state not in _OPEN):
            result = replace(result, outcome="unused")
            self._report.unneeded += 1
        elif result.outcome == "ok":
            self._report.answered += 1
        else:
            self._report.failed += 1
        self._batches.close(call.call, result, retryable=retryable, now=self._now())
        ended = LoggedCall(job, call.call, call.model, line.status, batch=call.batch)
        self._batches.database.after_commit(partial(log_call, ended, result))
        if reply is not None and call.output_cap is not None and call.cap_parameter is not None:
            self._profiles.learn_from_reply(call.model, reply, call.cap_parameter)

    def _is_new(self, call: StepCall) -> bool:
        """Whether the outcome of a call was recorded from the file that is being read."""
        return (call.answered_at or "") >= self._started_at

    def _read_line(self, line: ResponseLine, call: StepCall) -> _Reading:
        target = CallTarget("the batch", call.model)
        cost_of_error = call.reserved if line.may_be_billed else 0
        if line.status is None:
            result = CallResult(
                outcome=_cause_of(line.code), cost=cost_of_error, message=line.message or line.code
            )
            return _Reading(result, retryable=True)
        if line.status == 200:
            try:
                reply = read_reply(line.body, mode=call.mode, output_cap=call.output_cap or 0)
            except BadReply as error:
                failure = classify_bad_reply(error, 200, {}, line.body, target)
                cost = call.reserved if failure.billed == "maybe" else 0
                return _Reading(self._failed(failure, line, cost), _may_succeed(failure))
            result = reply_result(reply, self._price_of(call.model), call.reserved, batch=True)
            return _Reading(result, reply=reply)
        failure = classify_response(line.status, {}, line.body, target)
        return _Reading(self._failed(failure, line, cost_of_error), _may_succeed(failure))

    @staticmethod
    def _failed(failure: Failure, line: ResponseLine, cost: int | None) -> CallResult:
        return CallResult(
            outcome=failure.cause,
            cost=cost,
            message=failure.message,
            request_id=line.request_id,
            reply=line.body or None,
        )


def _find_call(calls: list[StepCall], batch: int | None) -> StepCall | None:
    """The call that a line answers: that of its batch, else an open one, else the last one that was in a batch."""
    sent = [call for call in calls if call.batch is not None]
    own = [call for call in sent if call.batch == batch]
    open_calls = [call for call in sent if call.outcome is None]
    chosen = own or open_calls or sent
    return chosen[-1] if chosen else None


def _may_succeed(failure: Failure) -> bool:
    """Whether a failed request may succeed in a later batch.

    Of the errors that would end a live run, some are about the account and say nothing against the request.
    """
    return failure.retryable or failure.cause in ("quota-exhausted", "unauthorized")


def _cause_of(code: str) -> str:
    """The outcome for an error code in a response file.

    An unknown code gets a prefix, because it may equal a code of this program.
    """
    return _CAUSES.get(code) or (f"{ERROR}: {code}" if code else ERROR)

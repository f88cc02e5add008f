"""Records what came back from a batch: every reply is in the ledger before anything is made of it.

Answers are matched by ``custom_id`` alone, so their order, repetitions and gaps do not matter, and a file may
be read any number of times. Of several lines for one request the first answer counts: an error before or after
it does not.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from generator.content.states import JobState
from generator.model.batch_files import BadLine, ResponseLine, response_lines
from generator.model.budget import Price
from generator.model.endpoint_profile import EndpointProfiles
from generator.model.errors import CallTarget, Failure, classify_response, no_completion
from generator.model.replies import BadReply, Reply, read_reply
from generator.store.ledger.batches import Batches, PendingCall
from generator.store.ledger.calls import CallResult
from generator.store.ledger.database import GroupCommit
from generator.workflows.engine.call_results import reply_result
from generator.workflows.engine.noted_report import NotedReport

CHUNK = 200
MISSING, EXPIRED, CANCELLED, REFUSED = "batch-missing", "batch-expired", "batch-cancelled", "batch-failed"
LOST = "batch-lost"
"""The outcome of a request that may have been answered and paid, and whose answer was given up."""
ERROR = "batch-error"
_CAUSES = {"batch_expired": EXPIRED, "batch_cancelled": CANCELLED}
# A job in one of these can still use a reply that comes late.
_OPEN: frozenset[JobState] = frozenset({"batched", "planned", "held", "failed"})


@dataclass
class RecordingReport(NotedReport):
    """How many lines were what.

    ``answered`` and ``failed`` are new; ``known`` were recorded by an earlier reading; ``duplicate`` repeat a
    line of this one, or are an error that an answer of this one replaced; ``unneeded`` answer what was settled
    otherwise; ``unknown`` belong to no request of this ledger; ``malformed`` are no answers.
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
    """What a line comes to: what to record of it, of a failure whether another try may succeed, the reply if it is one."""

    result: CallResult
    retryable: bool | None = None
    reply: Reply | None = None


class AnswerRecorder:
    """Reads response files into the ledger.

    Args:
        price_of: what a model costs, None where that is not known.
        profiles: learn from the answers.
        save_profiles: writes that down, within the transaction that is open.
    """

    def __init__(
        self,
        batches: Batches,
        commits: GroupCommit,
        *,
        price_of: Callable[[str], Price | None],
        profiles: EndpointProfiles,
        save_profiles: Callable[[], None],
        now: Callable[[], str],
        on_chunk: Callable[[RecordingReport], None] = lambda _: None,
    ) -> None:
        self._batches = batches
        self._commits = commits
        self._price_of = price_of
        self._profiles = profiles
        self._keep_learned = save_profiles
        self._now = now
        self._since = now()
        self._on_chunk = on_chunk
        self.report = RecordingReport()

    async def read(self, source: Iterable[bytes], name: str, *, batch: int | None = None) -> None:
        """Record every answer in a file, called ``name`` in messages; ``batch`` is the one it is known to belong to."""
        lines = response_lines(source)
        while chunk := list(islice(lines, CHUNK)):
            usable = list(self._usable(chunk, name))
            await self._commits.run(partial(self._record, usable, batch))
            self._on_chunk(self.report)

    def _usable(
        self, chunk: list[ResponseLine | BadLine], name: str
    ) -> Iterator[tuple[tuple[int, int], ResponseLine]]:
        for line in chunk:
            if isinstance(line, BadLine):
                self.report.malformed += 1
                self.report.note(f"{name}:{line.number}: {line.reason}")
                continue
            step = self._batches.step_of(line.custom_id)
            if step is None:
                self.report.unknown += 1
                self.report.note(
                    f"{name}:{line.number}: no request of this ledger is {line.custom_id[:80]!r}"
                )
                continue
            yield step, line

    def _record(self, lines: list[tuple[tuple[int, int], ResponseLine]], batch: int | None) -> None:
        asked = self._batches.calls_for([step for step, _ in lines])
        seen: set[tuple[int, int]] = set()
        for step, line in lines:
            if repeated := step in seen:
                asked |= self._batches.calls_for([step])
            seen.add(step)
            self._one(line, [call for call in asked.get(step, []) if call.mode], batch, repeated)
        self._keep_learned()

    def _one(self, line: ResponseLine, calls: list[PendingCall], batch: int | None, repeated: bool) -> None:
        call = _call_of(calls, batch)
        if call is None:
            self.report.unknown += 1
            self.report.note(f"line {line.number}: no request of this ledger is {line.custom_id[:80]!r}")
            return
        settled = [call for call in calls if call.outcome in ("ok", "unused")]
        result, retryable, reply = self._read_line(line, call)
        if call.outcome is not None and (settled or result.outcome != "ok"):
            if repeated or any(map(self._is_new, settled or [call])):
                self.report.duplicate += 1
            else:
                self.report.known += 1
            return
        if call.outcome is not None and self._is_new(call):
            self.report.failed -= 1
            self.report.duplicate += 1
        if result.outcome == "ok" and (settled or call.job_state not in _OPEN):
            result = replace(result, outcome="unused")
            self.report.unneeded += 1
        elif result.outcome == "ok":
            self.report.answered += 1
        else:
            self.report.failed += 1
        self._batches.close(call.call, result, retryable=retryable, now=self._now())
        if reply is not None and call.output_cap is not None and call.cap_parameter is not None:
            self._profiles.replied(call.model, reply, call.cap_parameter)

    def _is_new(self, call: PendingCall) -> bool:
        """Whether this reading recorded what a call has."""
        return (call.answered_at or "") >= self._since

    def _read_line(self, line: ResponseLine, call: PendingCall) -> _Reading:
        target = CallTarget("the batch", call.model)
        if line.status is None:
            result = CallResult(outcome=_cause(line.code), cost=0, message=line.message or line.code)
            return _Reading(result, retryable=True)
        if line.status == 200:
            try:
                reply = read_reply(line.body, mode=call.mode, output_cap=call.output_cap or 0)
            except BadReply as error:
                failure = no_completion(error, 200, {}, line.body, target)
                cost = call.reserved if failure.billed == "maybe" else 0
                return _Reading(self._failed(failure, line, cost), failure.retryable)
            result = reply_result(reply, self._price_of(call.model), call.reserved, batch=True)
            return _Reading(result, reply=reply)
        failure = classify_response(line.status, {}, line.body, target)
        # In a batch, what would end a live run may concern this one request.
        return _Reading(self._failed(failure, line, 0), failure.retryable)

    @staticmethod
    def _failed(failure: Failure, line: ResponseLine, cost: int | None) -> CallResult:
        return CallResult(
            outcome=failure.cause,
            cost=cost,
            message=failure.message,
            request_id=line.request_id,
            reply=line.body or None,
        )


def _call_of(calls: list[PendingCall], batch: int | None) -> PendingCall | None:
    """The call that a line answers: the one of its own batch, else the open one, else the last that went by batch."""
    sent = [call for call in calls if call.batch is not None]
    own = [call for call in sent if call.batch == batch]
    open_calls = [call for call in sent if call.outcome is None]
    chosen = own or open_calls or sent
    return chosen[-1] if chosen else None


def _cause(code: str) -> str:
    """Our word for a code from outside; one that we do not know is marked, for it may be spelled like ours."""
    return _CAUSES.get(code) or (f"{ERROR}: {code}" if code else ERROR)

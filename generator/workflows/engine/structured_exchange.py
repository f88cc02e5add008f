"""Obtains one structured output from the model: ask, read, ask again, and have failing fields repaired.

The best output so far is kept, also where only a part of a cut-off reply could be read.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, Literal, Protocol, TypeVar

from generator.config import ModelSettings
from generator.content.findings import Finding
from generator.errors import CallFailed, ReplyFormatError
from generator.model.failures import RETRYABLE
from generator.model.reply.reply import Reply
from generator.model.requests import ModelRequest
from generator.store.ledger.runs.jobs import Job
from generator.workflows.engine.changed_requests import (
    asked_again,
    with_larger_cap,
    with_lower_effort,
    with_other_sampling,
)
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_requests import first_request
from generator.workflows.engine.next_step import NextStep, declined_by, is_prose, next_step, unread_reason

UNREADABLE = "the reply cannot be read"
"""The failure of jobs whose replies are not JSON, or hold nothing of what was asked for."""
FIRST_CALLS = 2
"""Calls that may come before the repairs: the first, and the one with a larger cap, less effort or other sampling."""
_PURPOSES = {"ask_longer": "longer", "ask_with_less_effort": "effort", "ask_with_other_sampling": "resample"}
"""The purposes of second calls, as the ledger stores them."""
ASKED_WHOLE = frozenset({"again", *_PURPOSES.values()})
"""The purposes of calls that ask for the whole output again, because the reply before could not be used."""


class CheckedOutput(Protocol):
    """What was read from a reply, with its findings."""

    @property
    def errors(self) -> Sequence[Finding]:
        """What must be repaired."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether nothing that was asked for is missing."""
        ...

    @property
    def is_worth_keeping(self) -> bool:
        """Whether a person can use it although something is missing."""
        ...


Output = TypeVar("Output", bound=CheckedOutput)


class OutputFormat(Protocol[Output]):
    """How the replies of one kind of job are read, and how their failing fields are repaired."""

    async def read(self, reply: Reply) -> Output:
        """The output in a reply.

        Raises:
            ReplyFormatError: there is none.
        """
        ...

    def salvage(self, reply: Reply) -> Output | None:
        """What is usable of a reply that cannot be read; None where nothing is."""
        ...

    def repair_request(self, output: Output, first: ModelRequest) -> ModelRequest:
        """The request for the failing fields of an output; model and parameters are those of the ``first`` request."""
        ...

    def repaired(self, output: Output, reply: Reply) -> Output:
        """The output with its failing fields replaced by those of the reply to the repair request.

        Raises:
            ReplyFormatError: the reply cannot be read.
        """
        ...


@dataclass(frozen=True)
class ExchangeProblem:
    """Why an exchange ended although its output lacks something.

    Args:
        state: the state in which the job ends.
        reason: for a person.
        failure: the same text for jobs that ended for the same reason; None where the model gave an output.
    """

    state: Literal["needs_fix", "refused", "failed"]
    reason: str
    failure: str | None = None


class StructuredExchange(Generic[Output]):
    """The exchange with the model about the output of one job.

    Args:
        settings: how often the model may be asked again (``repairs``), for the whole output or for failing fields, and
            how many times its output cap a reply may have after one was cut off (``longer_cap``).

    Attributes:
        best: the best output so far; read from a whole reply or, until there is one, from partial replies.
        last_reply: None before the first.
        rounds_left: how often the model may still be asked again.
    """

    def __init__(
        self,
        session: ModelSession,
        job: Job,
        output_format: OutputFormat[Output],
        settings: ModelSettings,
    ) -> None:
        self._exchange = session.exchange(job)
        self._request = first_request(job)
        self._format = output_format
        self._longer_cap = settings.longer_cap
        self._longer_asked = False
        self._last_error: ReplyFormatError | None = None
        self._is_read = False
        self.best: Output | None = None
        self.last_reply: Reply | None = None
        self.rounds_left = settings.repairs

    @property
    def asked(self) -> bool:
        """Whether the model was asked; a reply that an earlier run paid for is not a call."""
        return self._exchange.asked

    async def run(self, purpose: str) -> ExchangeProblem | None:
        """Ask until the best output has no error or no rounds are left.

        Args:
            purpose: of the first call, as the ledger stores it.

        Returns:
            None where an output was read; its errors may be left.

        Raises:
            NeedsReply, ModelUnavailable, BudgetExceeded, StorageError: the run ends, or the job waits for a batch.
        """
        try:
            return await self._read_first(purpose) or await self._repair()
        except CallFailed as error:
            return self._problem_of(error)

    async def repair(self, output: Output) -> ExchangeProblem | None:
        """Repair ``output``, in which an error was found after :meth:`run`. Returns and raises as :meth:`run`."""
        self.best, self._is_read = output, True
        try:
            return await self._repair()
        except CallFailed as error:
            return self._problem_of(error)

    async def _read_first(self, purpose: str) -> ExchangeProblem | None:
        """Ask until a reply can be read; its output is the best then."""
        request = self._request
        while True:
            reply = await self._ask(purpose, request)
            output, error = await self._read(reply, self._format.read)
            step = self._decide(reply, error, whole=output is not None and output.is_whole)
            if step == "declined":
                return ExchangeProblem("refused", declined_by(reply), declined_by(reply))
            if step == "take":
                self.best, self._is_read = output, True
                return None
            self._keep_partial(self._format.salvage(reply) if output is None else output)
            if step == "unreadable":
                kept = "; the best part of it is kept" if self.best is not None else ""
                why = unread_reason(reply, error) if error is not None else ""
                return ExchangeProblem("needs_fix", f"{UNREADABLE}{kept}: {why}", UNREADABLE)
            if step in _PURPOSES:
                purpose, request = _PURPOSES[step], self._request
            else:
                self.rounds_left -= 1
                purpose, request = "again", asked_again(self._request, error)

    async def _repair(self) -> ExchangeProblem | None:
        """Ask for the failing fields until none is left; the best output is the one with the fewest errors."""
        assert self.best is not None
        error: ReplyFormatError | None = None
        while self.best.errors and self.rounds_left > 0:
            self.rounds_left -= 1
            request = asked_again(self._format.repair_request(self.best, self._request), error)
            reply = await self._ask("repair", request)
            output, error = await self._read(reply, partial(self._repaired, self.best))
            step = self._decide(reply, error, whole=output is not None)
            if step == "declined" and not self._exchange.is_paid("repair"):
                return ExchangeProblem("needs_fix", declined_by(reply))
            if step == "unreadable":
                self.rounds_left = 0
            elif output is not None and self._is_better(output):
                self.best = output
        return None

    async def _read(
        self, reply: Reply, read: Callable[[Reply], Awaitable[Output]]
    ) -> tuple[Output | None, ReplyFormatError | None]:
        """The output in the first text of a reply that holds all of it, else what can be read of its content."""
        first: tuple[Output | None, ReplyFormatError | None] | None = None
        for reading in reply.readings:
            try:
                output = await read(reading)
            except ReplyFormatError as error:
                first = first or (None, _named_by_reply(error, reply))
                continue
            if output.is_whole:
                self._exchange.note_place(self._request, reading)
                return output, None
            first = first or (output, None)
        assert first is not None
        return first

    async def _repaired(self, best: Output, reply: Reply) -> Output:
        return self._format.repaired(best, reply)

    async def _ask(self, purpose: str, request: ModelRequest) -> Reply:
        self.last_reply = await self._exchange.ask(purpose, request)
        return self.last_reply

    def _decide(self, reply: Reply, error: ReplyFormatError | None, *, whole: bool) -> NextStep:
        """The next step; changes the request of later calls and notes prose where the step requires it."""
        exchange = self._exchange
        refused = exchange.refused_parameters(self._request)
        lower = None if whole else with_lower_effort(self._request, refused)
        longer = with_larger_cap(self._request, self._longer_cap)
        step = next_step(
            reply,
            error,
            whole=whole,
            longer_asked=self._longer_asked or not exchange.is_worth_asking_longer(longer, reply),
            rounds_left=self.rounds_left,
            paid=exchange.is_paid("again") or exchange.is_paid("repair"),
            failed_alike=_is_alike(error, self._last_error),
            can_lower_effort=lower is not None,
            follows_record=exchange.is_paid("again") or exchange.is_paid("longer"),
        )
        self._last_error = error
        if step == "ask_longer":
            self._request = longer
        elif step == "ask_with_less_effort" and lower is not None:
            self._request = lower
        elif step == "ask_with_other_sampling":
            self._request = with_other_sampling(self._request, refused)
        elif step in ("ask_again", "unreadable") and is_prose(reply):
            exchange.note_prose(self._request, reply)
        self._longer_asked |= step in _PURPOSES
        return step

    def _keep_partial(self, output: Output | None) -> None:
        if output is not None and output.is_worth_keeping and self._is_better(output):
            self.best = output

    def _is_better(self, output: Output) -> bool:
        return self.best is None or len(output.errors) <= len(self.best.errors)

    def _problem_of(self, error: CallFailed) -> ExchangeProblem:
        reason = f"{error.cause}: {error}"
        if not self._is_read and error.kind in RETRYABLE:
            self.best = None  # the next run starts from the same recorded replies
        if self.best is not None:
            return ExchangeProblem("needs_fix", reason)
        return ExchangeProblem("refused" if error.kind == "filtered" else "failed", reason, error.cause)


def _is_alike(error: ReplyFormatError | None, last: ReplyFormatError | None) -> bool:
    return error is not None and last is not None and error.content == last.content


def _named_by_reply(error: ReplyFormatError, reply: Reply) -> ReplyFormatError:
    """The error; that of an empty content says that the model thought where it did."""
    if error.content != "empty" or not reply.is_only_thinking:
        return error
    reason = "the reply is thinking without an answer"
    return ReplyFormatError(reason, raw=error.raw, cut=error.cut, content="thinking")

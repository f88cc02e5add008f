"""Obtains one structured output from the model: ask, read, ask again, and have failing fields repaired.

The best output so far is kept, also where only a part of a cut-off reply could be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, Protocol, TypeVar

from generator.config import ModelSettings
from generator.content.findings import Finding
from generator.errors import CallFailed, ReplyFormatError
from generator.model.failures import RETRYABLE
from generator.model.messages import Message
from generator.model.replies import Reply
from generator.model.requests import CAP, ModelRequest
from generator.store.ledger.jobs import Job
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_requests import first_request
from generator.workflows.engine.next_step import NextStep, declined_by, is_prose, next_step

UNREADABLE = "the reply cannot be read"
"""The failure of jobs whose replies are not JSON, or hold nothing of what was asked for."""
FIRST_CALLS = 2
"""Calls that may come before the repairs: the first, and the one with the larger output cap."""


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
            output, error = await self._read(reply)
            step = self._decide(reply, error, whole=output is not None and output.is_whole)
            if step == "declined":
                return ExchangeProblem("refused", declined_by(reply), declined_by(reply))
            if step == "take":
                self.best, self._is_read = output, True
                return None
            self._keep_partial(self._format.salvage(reply) if output is None else output)
            if step == "unreadable":
                kept = "; the best part of it is kept" if self.best is not None else ""
                return ExchangeProblem("needs_fix", f"{UNREADABLE}{kept}: {error}", UNREADABLE)
            if step == "ask_longer":
                purpose, request = "longer", self._request
            else:
                self.rounds_left -= 1
                purpose, request = "again", _asked_again(self._request, error)

    async def _repair(self) -> ExchangeProblem | None:
        """Ask for the failing fields until none is left; the best output is the one with the fewest errors."""
        assert self.best is not None
        error: ReplyFormatError | None = None
        while self.best.errors and self.rounds_left > 0:
            self.rounds_left -= 1
            request = _asked_again(self._format.repair_request(self.best, self._request), error)
            reply = await self._ask("repair", request)
            output, error = self._read_repair(self.best, reply)
            step = self._decide(reply, error, whole=output is not None)
            if step == "declined" and not self._exchange.is_paid("repair"):
                return ExchangeProblem("needs_fix", declined_by(reply))
            if step == "unreadable":
                self.rounds_left = 0
            elif output is not None and self._is_better(output):
                self.best = output
        return None

    async def _read(self, reply: Reply) -> tuple[Output | None, ReplyFormatError | None]:
        try:
            return await self._format.read(reply), None
        except ReplyFormatError as error:
            return None, error

    def _read_repair(self, best: Output, reply: Reply) -> tuple[Output | None, ReplyFormatError | None]:
        try:
            return self._format.repaired(best, reply), None
        except ReplyFormatError as error:
            return None, error

    async def _ask(self, purpose: str, request: ModelRequest) -> Reply:
        self.last_reply = await self._exchange.ask(purpose, request)
        return self.last_reply

    def _decide(self, reply: Reply, error: ReplyFormatError | None, *, whole: bool) -> NextStep:
        """The next step; raises the output cap and notes prose where the step requires it."""
        longer = _with_larger_cap(self._request, self._longer_cap)
        step = next_step(
            reply,
            error,
            whole=whole,
            longer_asked=self._longer_asked or not self._exchange.is_worth_asking_longer(longer, reply),
            rounds_left=self.rounds_left,
            paid=self._exchange.is_paid("again"),
        )
        if step == "ask_longer":
            self._longer_asked = True
            self._request = longer
        elif step in ("ask_again", "unreadable") and is_prose(reply):
            self._exchange.note_prose(self._request, reply)
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


def _with_larger_cap(request: ModelRequest, factor: float) -> ModelRequest:
    """The same request with an output cap ``factor`` times as large."""
    return replace(request, parameters={**request.parameters, CAP: int(request.output_cap * factor)})


def _asked_again(request: ModelRequest, error: ReplyFormatError | None) -> ModelRequest:
    """The same request with a note on why the last reply could not be read; unchanged where it could."""
    if error is None:
        return request
    note = f"\n\nYour last reply could not be used: {error.reason}. Reply with the one complete JSON object asked for."
    system, user = request.messages
    return replace(request, messages=(system, Message(role="user", content=user["content"] + note)))

"""Obtains one structured output of the model: ask, read, ask again what cannot be read, have failing fields repaired.

What was paid for is kept where it is of use: the best output so far, of a reply that was cut off too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, Protocol, TypeVar

from generator.content.findings import Finding
from generator.errors import CallFailed, ReplyFormatError
from generator.model.errors import RETRYABLE
from generator.model.messages import Message
from generator.model.replies import Reply
from generator.model.requests import CAP, ModelRequest
from generator.workflows.engine.exchange import Exchange
from generator.workflows.engine.next_step import NextStep, declined_by, is_prose, next_step

UNREADABLE = "the reply cannot be read"
"""The failure of items whose replies are no JSON, or none of what was asked for."""
FIRST_CALLS = 2
"""So many calls may come before the rounds: the first, and the one with the larger cap."""


class CheckedOutput(Protocol):
    """What a reply was read into, with what is wrong with it."""

    @property
    def errors(self) -> Sequence[Finding]:
        """What must be repaired."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether nothing of what was asked for is missing."""
        ...

    @property
    def is_worth_keeping(self) -> bool:
        """Whether a person can use it although something is missing."""
        ...


Output = TypeVar("Output", bound=CheckedOutput)


class OutputFormat(Protocol[Output]):
    """What one kind of job makes of replies, and how it has them repaired."""

    async def read(self, reply: Reply) -> Output:
        """The output in a reply.

        Raises:
            ReplyFormatError: there is none.
        """
        ...

    def salvage(self, reply: Reply) -> Output | None:
        """What can be had of a reply that cannot be read; None where there is nothing."""
        ...

    def repair_request(self, output: Output, first: ModelRequest) -> ModelRequest:
        """Asks for the failing fields of an output; model and parameters are those of the ``first`` request."""
        ...

    def repaired(self, output: Output, reply: Reply) -> Output:
        """An output with its failing fields as in the reply to their repair.

        Raises:
            ReplyFormatError: the reply cannot be read.
        """
        ...


@dataclass(frozen=True)
class EarlyEnd:
    """Why an exchange ended although its output lacks something, and the state in which its job ends.

    ``failure`` is the same text for jobs that ended for the same reason; None where the model gave an output.
    """

    state: Literal["needs_fix", "refused", "failed"]
    reason: str
    failure: str | None = None


class StructuredExchange(Generic[Output]):
    """The exchange with the model about one output.

    Args:
        request: the first request.
        rounds: how often the model may be asked again, for the whole or for failing fields.
        longer_cap: how many times its cap a reply may have once one was cut off.

    Attributes:
        best: the best output so far: read from a whole reply or, until there is one, of what a partial one holds.
        last_reply: the last one that came, None before the first.
        rounds_left: 0 once the model is asked no more.
    """

    def __init__(
        self,
        exchange: Exchange,
        request: ModelRequest,
        output_format: OutputFormat[Output],
        *,
        rounds: int,
        longer_cap: float,
    ) -> None:
        self._exchange = exchange
        self._request = request
        self._format = output_format
        self._longer_cap = longer_cap
        self._longer_asked = False
        self._taken = False
        self.best: Output | None = None
        self.last_reply: Reply | None = None
        self.rounds_left = rounds

    @property
    def asked(self) -> bool:
        """Whether the model was asked; a reply that an earlier run paid for is no call."""
        return self._exchange.asked

    async def run(self, purpose: str) -> EarlyEnd | None:
        """Ask until the best output has no error or the rounds are used up.

        Args:
            purpose: of the first call, as the ledger keeps it.

        Raises:
            NeedsReply, ModelUnavailable, BudgetExceeded, StorageError: the run ends, or the job waits for a batch.
        """
        try:
            return await self._read_first(purpose) or await self._repair()
        except CallFailed as error:
            return self._failed(error)

    async def repair(self, output: Output) -> EarlyEnd | None:
        """Go on with ``output``, in which an error was found later, as the best. Raises as :meth:`run`."""
        self.best, self._taken = output, True
        try:
            return await self._repair()
        except CallFailed as error:
            return self._failed(error)

    async def _read_first(self, purpose: str) -> EarlyEnd | None:
        """Ask until a reply can be read; it is the best output then."""
        request = self._request
        while True:
            reply = await self._ask(purpose, request)
            output, error = await self._read(reply)
            step = self._decide(reply, error, whole=output is not None and output.is_whole)
            if step == "declined":
                return EarlyEnd("refused", declined_by(reply), declined_by(reply))
            if step == "take":
                self.best, self._taken = output, True
                return None
            self._keep_partial(self._format.salvage(reply) if output is None else output)
            if step == "unreadable":
                kept = ", the best of it is kept" if self.best is not None else ""
                return EarlyEnd("needs_fix", f"{UNREADABLE}{kept}: {error}", UNREADABLE)
            if step == "ask_longer":
                purpose, request = "longer", self._request
            else:
                self.rounds_left -= 1
                purpose, request = "again", _asked_again(self._request, error)

    async def _repair(self) -> EarlyEnd | None:
        """Have the failing fields, and only those, written again; the output with the fewest errors is kept."""
        assert self.best is not None
        error: ReplyFormatError | None = None
        while self.best.errors and self.rounds_left > 0:
            self.rounds_left -= 1
            request = _asked_again(self._format.repair_request(self.best, self._request), error)
            reply = await self._ask("repair", request)
            output, error = self._read_repair(self.best, reply)
            step = self._decide(reply, error, whole=output is not None)
            if step == "declined" and not self._exchange.is_paid("repair"):
                return EarlyEnd("needs_fix", declined_by(reply))
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
        """The next step, with the output cap raised and the endpoint's prose noted where it calls for that."""
        step = next_step(
            reply,
            error,
            whole=whole,
            longer_asked=self._longer_asked,
            rounds_left=self.rounds_left,
            paid=self._exchange.is_paid("again"),
        )
        if step == "ask_longer":
            self._longer_asked = True
            self._request = _with_cap(self._request, self._longer_cap)
        elif step in ("ask_again", "unreadable") and is_prose(reply):
            self._exchange.note_prose(self._request, reply)
        return step

    def _keep_partial(self, output: Output | None) -> None:
        if output is not None and output.is_worth_keeping and self._is_better(output):
            self.best = output

    def _is_better(self, output: Output) -> bool:
        return self.best is None or len(output.errors) <= len(self.best.errors)

    def _failed(self, error: CallFailed) -> EarlyEnd:
        reason = f"{error.cause}: {error}"
        if not self._taken and error.kind in RETRYABLE:
            self.best = None  # the next run goes on from the same replies
        if self.best is not None:
            return EarlyEnd("needs_fix", reason)
        return EarlyEnd("refused" if error.kind == "filtered" else "failed", reason, error.cause)


def _with_cap(request: ModelRequest, factor: float) -> ModelRequest:
    """The same request with a larger output cap."""
    return replace(request, parameters={**request.parameters, CAP: int(request.output_cap * factor)})


def _asked_again(request: ModelRequest, error: ReplyFormatError | None) -> ModelRequest:
    """The same request once more, whole, with what was wrong with the last reply; unchanged where nothing was."""
    if error is None:
        return request
    note = f"\n\nYour last reply could not be used: {error.reason}. Reply with the one complete JSON object asked for."
    system, user = request.messages
    return replace(request, messages=(system, Message(role="user", content=user["content"] + note)))

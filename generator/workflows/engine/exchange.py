"""Asks the model one thing: reserve, send, record, retry. Nothing is made of a reply before it is recorded.

A reply that an earlier run paid for is taken from the ledger instead of being asked for again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Protocol

from generator.errors import CallFailed, GeneratorError, ModelUnavailable
from generator.model.budget import Budget, Price, Reservation, cost, reservation
from generator.model.client import ModelClient
from generator.model.errors import CallError, Failure
from generator.model.messages import Message
from generator.model.rate_limiter import RateLimiter
from generator.model.replies import Reply, read_reply
from generator.model.requests import IdentityCache, ModelRequest, rate_limit_tokens
from generator.model.retries import RetryPolicy, Sleep, call_with_retries
from generator.store.ledger.calls import CallResult, NewCall, RecordedReply
from generator.store.ledger.database import GroupCommit
from generator.store.ledger.hashes import hash_of
from generator.store.ledger.jobs import Job
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.new_jobs import NewJob
from generator.workflows.engine.job_pool import StopSignal


class ModelSession(Protocol):
    """Opens the exchange about a job, and knows where the run writes."""

    @property
    def ledger(self) -> Ledger: ...

    @property
    def commits(self) -> GroupCommit: ...

    @property
    def run(self) -> int: ...

    @property
    def now(self) -> Callable[[], str]: ...

    def exchange(self, job: Job) -> "Exchange":
        """The steps of one job."""
        ...


@dataclass(frozen=True)
class LiveSession:
    """What asking needs, shared by all jobs of a run."""

    client: ModelClient
    rate_limiter: RateLimiter
    policy: RetryPolicy
    rng: Random
    sleep: Sleep
    budget: Budget
    price: Price | None
    ledger: Ledger
    commits: GroupCommit
    run: int
    now: Callable[[], str]
    stop: StopSignal = field(default_factory=StopSignal)
    save_profiles: Callable[[], None] = lambda: None
    """Writes down what was learned of the endpoint, within the transaction that is open."""

    def exchange(self, job: Job) -> "LiveExchange":
        """The exchange with the model about one job."""
        return LiveExchange(self, job)


class NeedsReply(GeneratorError):
    """A step whose reply nobody paid for yet, where nothing may be asked now: it is to go by batch."""

    def __init__(self, request: ModelRequest, *, step: int, purpose: str, attempt: int) -> None:
        super().__init__(f"step {step} ({purpose}) waits for a reply")
        self.request = request
        self.step = step
        self.purpose = purpose
        self.attempt = attempt


class Exchange:
    """The steps of one job, each asked once in its life however often the job is begun."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._recorded = list(job.replies)
        self.step = 0
        self.asked = False
        """Whether any step needed a call."""

    async def ask(self, purpose: str, request: ModelRequest) -> Reply:
        """The reply to the next step.

        Raises:
            CallFailed: this request failed for good.
            ModelUnavailable: every request would fail.
            BudgetExceeded: the call could pass the cap; nothing was sent.
        """
        step = self.step
        self.step += 1
        paid = self._paid(step, purpose, request)
        if paid is not None:
            return read_reply(paid.body, mode=paid.mode, output_cap=request.output_cap)
        self.asked = True
        return await self._send(step, purpose, request)

    async def _send(self, step: int, purpose: str, request: ModelRequest) -> Reply:
        """Get the reply to a step that none was recorded for."""
        raise NotImplementedError

    def note_prose(self, request: ModelRequest, reply: Reply) -> None:
        """A reply without any JSON: the endpoint took the response format and did not keep to it."""

    def is_paid(self, purpose: str) -> bool:
        """Whether a reply is recorded for the next step, if that is for this purpose."""
        return bool(self._recorded) and (self._recorded[0].step, self._recorded[0].purpose) == (
            self.step,
            purpose,
        )

    def _paid(self, step: int, purpose: str, request: ModelRequest) -> RecordedReply | None:
        """The reply recorded for this step; once a step was for something else, later ones do not count.

        The first request was frozen with its job. What later ones tell the model depends on what else was written
        by then (descriptions not to repeat): a reply paid for one of them serves, though it would be worded otherwise now.
        """
        if not self._recorded:
            return None
        reply = self._recorded.pop(0)
        same = step > 0 or reply.request_hash == request_hash(request)
        if (reply.step, reply.purpose) == (step, purpose) and same:
            return reply
        self._recorded.clear()
        return None


class LiveExchange(Exchange):
    """An exchange with the model itself, one call after the other."""

    def __init__(self, session: LiveSession, job: Job) -> None:
        super().__init__(job)
        self._session = session

    async def _send(self, step: int, purpose: str, request: ModelRequest) -> Reply:
        tries = 0

        async def send() -> Reply:
            nonlocal tries
            tries += 1
            return await self._attempt(request, step=step, purpose=purpose, attempt=tries)

        session = self._session
        try:
            return await call_with_retries(
                session.policy, send, rng=session.rng, sleep=session.stop.interruptible(session.sleep)
            )
        except CallError as error:
            raise final(error.failure, tries) from error

    def note_prose(self, request: ModelRequest, reply: Reply) -> None:
        mode = self._session.client.profile(request.model).mode
        if reply.mode == mode:
            self._session.client.note_ignored(request.model, mode)

    async def _attempt(self, request: ModelRequest, *, step: int, purpose: str, attempt: int) -> Reply:
        session = self._session
        session.stop.check()
        async with session.rate_limiter.slot(rate_limit_tokens(request)):
            held = await self._reserve(request)
            reserved = held.amount if session.price else None
            charge = held.amount  # also when the call is dropped half way: it may be billed
            answer: Reply | CallError
            try:
                call = await self._open(request, reserved, step=step, purpose=purpose, attempt=attempt)
                try:
                    answer = await session.client.attempt(request)
                    result = succeeded(answer, session.price, reserved)
                except CallError as error:
                    answer = error
                    result = failed(error.failure, reserved)
                    if error.failure.kind == "fatal":
                        session.stop.fail()
                charge = result.cost or 0
            finally:
                # Before the next call is reserved, for a reply may have cost more than was reserved for it.
                session.budget.charge(held, charge)
            await self._close(call, result)
        if isinstance(answer, CallError):
            raise answer
        return answer

    async def _reserve(self, request: ModelRequest) -> Reservation:
        """Room for the most that the call can cost, by what is known of the endpoint once there is room."""
        session = self._session
        while True:
            overrun = session.client.profile(request.model).overrun
            known = overrun.most_tokens
            amount = reservation(request, session.price, most_tokens=known) if session.price else 0
            held = await session.budget.acquire(amount, overrun.reservation_reason(request.output_cap))
            grown = session.client.profile(request.model).most_tokens > known
            if not grown and not session.stop.requested:
                return held
            session.budget.charge(held, 0)
            session.stop.check()

    async def _open(
        self, request: ModelRequest, reserved: int | None, *, step: int, purpose: str, attempt: int
    ) -> int:
        session = self._session
        call = NewCall(
            job=self._job.id,
            step=step,
            purpose=purpose,
            attempt=attempt,
            request_hash=request_hash(request),
            mode=session.client.profile(request.model).mode,
            model=request.model,
            reserved=reserved,
        )
        return await session.commits.run(
            lambda: session.ledger.calls.open(call, run=session.run, now=session.now())
        )

    async def _close(self, call: int, result: CallResult) -> None:
        session = self._session

        def close() -> None:
            session.ledger.calls.close(call, result, now=session.now())
            session.save_profiles()

        await session.commits.run(close)


def request_of(job: Job | NewJob) -> ModelRequest:
    """The first request of a job, exactly as planned."""
    return ModelRequest(
        messages=(Message(role="system", content=job.system), Message(role="user", content=job.user)),
        schema_name=job.request["schema_name"],
        schema=job.request["schema"],
        model=job.request["model"],
        parameters=job.request["parameters"],
    )


def follow_up(
    request: ModelRequest, messages: Sequence[Message], schema_name: str, schema: dict[str, Any]
) -> ModelRequest:
    """Another question to the same model with the same parameters."""
    return replace(request, messages=tuple(messages), schema_name=schema_name, schema=schema)


def request_hash(request: ModelRequest) -> str:
    """The key of an exact request: messages, schema, model and parameters."""
    messages = [part for message in request.messages for part in (message["role"], message["content"])]
    return hash_of(
        request.model,
        request.schema_name,
        _canonical(request.schema),
        _canonical(request.parameters),
        *messages,
    )


_canonical: IdentityCache[Mapping[str, Any], str] = IdentityCache(
    lambda value: json.dumps(dict(value), sort_keys=True)
)


def succeeded(reply: Reply, price: Price | None, reserved: int | None, *, batch: bool = False) -> CallResult:
    """What to record of a reply. Without usage it counts at its reservation."""
    usage = reply.usage
    charged = (cost(usage, price, batch=batch) if usage else reserved) if price else None
    return CallResult(
        outcome="ok",
        cost=charged,
        price=price.model_dump_json() if price else None,
        mode=reply.mode,
        model=reply.model,
        request_id=reply.request_id,
        finish_reason=reply.finish_reason,
        prompt_tokens=usage.prompt_tokens if usage else None,
        cached_tokens=usage.cached_tokens if usage else None,
        completion_tokens=usage.completion_tokens if usage else None,
        reasoning_tokens=usage.reasoning_tokens if usage else None,
        reply=reply.raw,
    )


def failed(failure: Failure, reserved: int | None) -> CallResult:
    """What to record of a failure. One that may have been billed counts at its reservation."""
    return CallResult(
        outcome=failure.cause,
        cost=reserved if failure.billed == "maybe" else 0,
        message=failure.message,
        request_id=failure.request_id,
    )


# After all attempts, nobody is there: every other call would find the same.
_UNREACHABLE = frozenset({"connection-refused", "unknown-host", "connect-timeout"})


def final(failure: Failure, tries: int) -> CallFailed | ModelUnavailable:
    """What a failure means once no further attempt is made."""
    if failure.kind == "fatal" or failure.cause in _UNREACHABLE:
        return ModelUnavailable(failure.message)
    suffix = f" (after {tries} attempts)" if tries > 1 else ""
    return CallFailed(
        failure.cause, failure.message + suffix, kind=failure.kind, request_id=failure.request_id
    )

"""Asks the model itself for the steps of one job: reserve, record, send, record, charge, and try again.

A reply is in the ledger before anything is made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.budget import reservation
from generator.model.failures import CallError, Failure
from generator.model.limits.output_limits import is_worthwhile
from generator.model.requests import prompt_bytes, rate_limit_tokens
from generator.store.ledger.runs.calls import NewCall
from generator.workflows.engine.call_events import LoggedCall, log_call, log_texts
from generator.workflows.engine.call_results import failure_result, final_error, reply_result
from generator.workflows.engine.exchange import Exchange
from generator.workflows.engine.job_requests import request_hash

if TYPE_CHECKING:
    from generator.model.budget import Reservation
    from generator.model.reply.reply import Reply
    from generator.model.requests import ModelRequest
    from generator.store.ledger.runs.calls import CallResult
    from generator.store.ledger.runs.jobs import Job
    from generator.workflows.engine.live_session import LiveSession


class LiveExchange(Exchange):
    """An exchange with the model itself, one call after the other."""

    def __init__(self, session: LiveSession, job: Job) -> None:
        super().__init__(job)
        self._session = session

    async def _send(self, step: int, purpose: str, request: ModelRequest) -> Reply:
        attempts = 0

        async def send() -> Reply:
            nonlocal attempts
            attempts += 1
            return await self._attempt(request, step=step, purpose=purpose, attempt=attempts)

        try:
            return await self._session.calls.retry(send, job=self._job.id)
        except CallError as error:
            advice = await self._session.client.advice_on(error.failure, request.model)
            raise final_error(error.failure, attempts, advice) from error

    def note_prose(self, request: ModelRequest, reply: Reply) -> None:
        self._session.client.note_ignored(request.model, reply.mode)

    def note_place(self, request: ModelRequest, reply: Reply) -> None:
        self._session.client.note_place(request.model, reply.place)

    def refused_parameters(self, request: ModelRequest) -> frozenset[str]:
        return self._session.client.profile(request.model).parameter_rules.dropped

    def is_worth_asking_longer(self, request: ModelRequest, reply: Reply) -> bool:
        limits = self._session.client.profile(request.model).parameter_rules.limits
        return is_worthwhile(limits.most_output(request.output_cap, prompt_bytes(request)), reply.output_cap)

    async def _attempt(self, request: ModelRequest, *, step: int, purpose: str, attempt: int) -> Reply:
        session = self._session
        session.stop.check()
        async with session.rate_limiter.slot(rate_limit_tokens(request)):
            room = await self._reserve(request)
            reserved = room.amount if session.price else None
            charge = room.amount  # also when the call is cancelled: it may be billed
            answer: Reply | CallError
            try:
                call = await self._record_call(request, reserved, step=step, purpose=purpose, attempt=attempt)
                sent_at = session.clock()
                try:
                    answer = await session.calls.in_flight(session.client.attempt(request))
                    result = reply_result(answer, session.price, reserved)
                except CallError as error:
                    answer = error
                    result = failure_result(error.failure, reserved)
                    if error.failure.kind == "fatal":
                        session.stop.report_fatal_failure()
                seconds = session.clock() - sent_at
                charge = result.cost or 0
            finally:
                # Charged before the next call reserves: a reply may have cost more than was reserved for it.
                session.budget.charge(room, charge)
            await self._record_result(call, result)
        reply, status = (None, answer.failure.status) if isinstance(answer, CallError) else (answer, 200)
        ended = LoggedCall(
            self._job.id, call, request.model, status, step, purpose, attempt=attempt, seconds=seconds
        )
        log_call(ended, result)
        log_texts(self._job.id, call, request, reply)
        if isinstance(answer, CallError):
            raise answer
        if problem := session.client.window_problem(request, answer):
            session.stop.report_fatal_failure()
            raise CallError(Failure(kind="fatal", cause="too-long", message=problem))
        return answer

    async def _reserve(self, request: ModelRequest) -> Reservation:
        """Reserve the maximum cost of the call, computed from the endpoint's profile when the budget has room."""
        session = self._session
        while True:
            overrun = session.client.profile(request.model).overrun
            known = overrun.most_tokens
            amount = reservation(request, session.price, most_tokens=known) if session.price else 0
            room = await session.budget.acquire(
                amount,
                overrun.reservation_reason(request.output_cap),
                alone=lambda: not session.client.profile(request.model).overrun.is_settled,
            )
            has_grown = session.client.profile(request.model).most_tokens > known
            if not has_grown and not session.stop.is_requested:
                return room
            session.budget.charge(room, 0)
            session.stop.check()

    async def _record_call(
        self, request: ModelRequest, reserved: int | None, *, step: int, purpose: str, attempt: int
    ) -> int:
        """Record a call that is about to be sent; returns its number."""
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

    async def _record_result(self, call: int, result: CallResult) -> None:
        session = self._session

        def close() -> None:
            session.ledger.calls.close(call, result, now=session.now())
            session.save_profiles()

        await session.commits.run(close)

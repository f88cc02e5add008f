"""The events of model calls: how each ended, which are made again and when, and outages of the endpoint."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content.display import dollars
from generator.events import PROMPTS, emit, is_logged
from generator.model.budget import NANO_DOLLARS

if TYPE_CHECKING:
    from generator.model.failures import Failure
    from generator.model.outages import Pause
    from generator.model.reply.reply import Reply
    from generator.model.requests import ModelRequest
    from generator.store.ledger.runs.calls import CallResult


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A call that ended, live or in a batch.

    Args:
        job, call: their numbers in the ledger.
        model: the one that was asked.
        step, purpose, attempt: as in ``NewCall``; None for a call in a batch.
        status: of the HTTP answer; None without one.
        seconds: how long the call took; None for a call in a batch.
        batch: the number of the batch; None for a live call.
    """

    job: int
    call: int
    model: str
    status: int | None
    step: int | None = None
    purpose: str | None = None
    attempt: int | None = None
    seconds: float | None = None
    batch: int | None = None


def log_call(call: LoggedCall, result: CallResult) -> None:
    """Record how a call ended. Call it when its result is in the ledger."""
    level = logging.INFO if result.outcome in ("ok", "unused") else logging.WARNING
    if not is_logged(level):
        return
    emit(
        "call.ended",
        _in_words(call, result),
        level=level,
        job=call.job,
        call=call.call,
        step=call.step,
        purpose=call.purpose,
        attempt=call.attempt,
        batch=call.batch,
        model=call.model,
        answered_by=result.model,
        outcome=result.outcome,
        problem=result.message,
        status=call.status,
        request_id=result.request_id,
        finish_reason=result.finish_reason,
        seconds=None if call.seconds is None else round(call.seconds, 3),
        tokens_in=result.prompt_tokens,
        tokens_cached=result.cached_tokens,
        tokens_out=result.completion_tokens,
        tokens_reasoning=result.reasoning_tokens,
        cost_usd=None if result.cost is None else result.cost / NANO_DOLLARS,
    )


def log_texts(job: int, call: int, request: ModelRequest, reply: Reply | None) -> None:
    """Record the prompt of a call and its reply, where somebody asked for them."""
    if not PROMPTS.isEnabledFor(logging.INFO):
        return
    emit(
        "call.texts",
        f"prompt and reply of call {call}",
        logger=PROMPTS,
        job=job,
        call=call,
        messages=[dict(message) for message in request.messages],
        reply=None if reply is None else reply.content,
        refusal=None if reply is None else reply.refusal,
    )


def log_retry(job: int | None, failure: Failure, seconds: float) -> None:
    """Record that a call, of a job or of none, is made again after so many seconds."""
    emit(
        "call.retried",
        f"again in {seconds:.1f} s: {failure.message}",
        level=logging.WARNING,
        job=job,
        kind=failure.kind,
        cause=failure.cause,
        status=failure.status,
        wait_seconds=round(seconds, 3),
    )


def log_outage(endpoint: str, pause: Pause) -> None:
    """Record a pause of an outage."""
    emit(
        "outage.paused",
        f"{endpoint} is not available; next attempt in {pause.seconds:.0f} s",
        level=logging.WARNING,
        endpoint=endpoint,
        cause=pause.failure.cause,
        down_seconds=round(pause.down_seconds, 3),
        wait_seconds=round(pause.seconds, 3),
    )


def log_outage_over(endpoint: str, seconds: float) -> None:
    """Record that an endpoint answers again."""
    text = f"{endpoint} answers again, after {seconds:.0f} s"
    emit("outage.ended", text, endpoint=endpoint, down_seconds=round(seconds, 3))


def _in_words(call: LoggedCall, result: CallResult) -> str:
    parts = [f"call to {call.model}: {result.outcome}"]
    if call.seconds is not None:
        parts.append(f"{call.seconds:.1f} s")
    if result.prompt_tokens is not None:
        cached = f" ({result.cached_tokens:,} cached)" if result.cached_tokens else ""
        parts.append(f"{result.prompt_tokens:,} tokens in{cached}")
    if result.completion_tokens is not None:
        parts.append(f"{result.completion_tokens:,} out")
    if result.cost:
        parts.append(dollars(result.cost))
    return ", ".join(parts)

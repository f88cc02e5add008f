"""What the ledger records of a call that ended, and which error its last failure becomes."""

from generator.errors import CallFailed, ModelUnavailable
from generator.model.budget import Price, cost
from generator.model.failures import Failure
from generator.model.outages import UNREACHABLE
from generator.model.reply.reply import Reply
from generator.store.ledger.runs.calls import CallResult

NO_TOKEN_COUNT = "no credible token count: counted at the reserved amount"
"""The message of an answered call whose cost is estimated."""


def reply_result(
    reply: Reply, price: Price | None, reserved: int | None, *, batch: bool = False
) -> CallResult:
    """What to record of a reply.

    Args:
        price: None where it is not known; the call has no cost then.
        reserved: the most that the call can cost, in nano-dollars: its cost where the reply has no usage.
        batch: whether it is charged at the price of batches.
    """
    usage = reply.usage
    charged = (cost(usage, price, batch=batch) if usage else reserved) if price else None
    return CallResult(
        outcome="ok",
        cost=charged,
        price=price.model_dump_json() if price else None,
        message=None if usage else NO_TOKEN_COUNT,
        mode=reply.mode,
        model=reply.model,
        request_id=reply.request_id,
        finish_reason="length" if reply.finish == "length" else reply.finish_reason,
        prompt_tokens=usage.prompt_tokens if usage else None,
        cached_tokens=usage.cached_tokens if usage else None,
        completion_tokens=usage.completion_tokens if usage else None,
        reasoning_tokens=usage.reasoning_tokens if usage else None,
        reply=reply.raw,
    )


def failure_result(failure: Failure, reserved: int | None) -> CallResult:
    """What to record of a failure. One that may have been billed costs what was reserved for it."""
    return CallResult(
        outcome=failure.cause,
        cost=reserved if failure.billed == "maybe" else 0,
        message=failure.message,
        request_id=failure.request_id,
    )


def final_error(failure: Failure, attempts: int, advice: str = "") -> CallFailed | ModelUnavailable:
    """The error that the failure of the last attempt becomes; ``advice`` follows the message of one that ends a run."""
    if failure.kind == "fatal" or failure.cause in UNREACHABLE:
        return ModelUnavailable(failure.message + advice)
    suffix = f" (after {attempts} attempts)" if attempts > 1 else ""
    return CallFailed(
        failure.cause, failure.message + suffix, kind=failure.kind, request_id=failure.request_id
    )

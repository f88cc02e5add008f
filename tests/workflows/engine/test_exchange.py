"""A reply that was paid for is read from the ledger and not asked for again."""

import pytest

from generator.model.reply.reply import Reply
from generator.model.requests import ModelRequest
from generator.store.ledger.runs.calls import RecordedReply
from generator.workflows.engine.exchange import Exchange, NeedsReply
from generator.workflows.engine.job_requests import request_hash
from tests.support.jobs import planned_job

BODY = b'{"model": "m", "choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}]}'


class ExchangeWithoutModel(Exchange):
    """An exchange that asks nothing."""

    async def _send(self, step: int, purpose: str, request: ModelRequest) -> Reply:
        raise NeedsReply(request, step=step, purpose=purpose, attempt=1)


def request(text: str) -> ModelRequest:
    return ModelRequest(
        model="m",
        messages=({"role": "user", "content": text},),
        schema_name="seo_fields",
        schema={"type": "object"},
        parameters={"max_completion_tokens": 100},
    )


def exchange(*paid: tuple[str, ModelRequest]) -> ExchangeWithoutModel:
    """The exchange of a job whose first steps have recorded replies."""
    replies = tuple(
        RecordedReply(step=step, purpose=purpose, request_hash=request_hash(asked), mode="plain", body=BODY)
        for step, (purpose, asked) in enumerate(paid)
    )
    return ExchangeWithoutModel(planned_job(replies=replies))


async def test_a_repair_whose_request_would_differ_now_is_not_paid_again() -> None:
    first, repair, since = request("a"), request("b, not like c"), request("b, not like c and d")
    replayed = exchange(("seo", first), ("repair", repair))
    assert (await replayed.ask("seo", first)).content == "yes"
    assert (await replayed.ask("repair", since)).content == "yes"
    with pytest.raises(NeedsReply):
        await replayed.ask("repair", since)


async def test_a_reply_to_another_first_request_or_for_another_purpose_does_not_count() -> None:
    with pytest.raises(NeedsReply):
        await exchange(("seo", request("a"))).ask("seo", request("b"))
    replayed = exchange(("seo", request("a")), ("longer", request("a")), ("repair", request("b")))
    await replayed.ask("seo", request("a"))
    for _ in range(2):
        with pytest.raises(NeedsReply):
            await replayed.ask("repair", request("b"))

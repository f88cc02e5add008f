"""Answers the lines of a request file, one call for each line. A worker of a cluster does this with its part."""

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from generator.model.batch.files import request_bodies, response_line
from generator.model.failures import (
    CallError,
    CallTarget,
    ErrorBody,
    Failure,
    classify_bad_reply,
    classify_response,
    without_secrets,
)
from generator.model.reply.reply import BadReply, read_reply, request_id
from generator.model.retries import RetryPolicy, Sleep, call_with_retries
from generator.model.transport import HttpAnswer, SdkSender, endpoint_name

if TYPE_CHECKING:
    from random import Random

    import httpx2


class LineAnswerer:
    """Sends the bodies of request lines to an endpoint, unchanged.

    A request that fails after all retries is answered with its error, as a provider does.

    Args:
        base_url: the API's root, or None for OpenAI.
        api_key: None for servers that need none.
        timeout_seconds: for one attempt.
        attempts: how often a request is sent at most, the first time included.
        concurrency: the most requests in flight.
        rng: for the jitter of waits.
        sleep: waits between attempts.
        transport: where the endpoint runs in this process, or a test double.
    """

    def __init__(
        self,
        *,
        base_url: str | None,
        api_key: str | None,
        timeout_seconds: float,
        attempts: int,
        concurrency: int,
        rng: "Random",
        sleep: Sleep = asyncio.sleep,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        self._sender = SdkSender(
            base_url=base_url,
            api_key=api_key,
            timeout_seconds=timeout_seconds,
            connections=concurrency,
            transport=transport,
        )
        self._policy = RetryPolicy(attempts=attempts)
        self._rng = rng
        self._sleep = sleep
        self._in_flight = asyncio.Semaphore(concurrency)
        self._endpoint = endpoint_name(base_url)
        self._secret = api_key or ""
        self._answered = False

    async def answers(self, lines: Sequence[bytes]) -> list[bytes]:
        """A response line for each request line, in order.

        Raises:
            ValueError: a line is not a request.
        """
        requests = list(request_bodies(lines))
        tasks = [self._answer(number, *request) for number, request in enumerate(requests, start=1)]
        return list(await asyncio.gather(*tasks))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sender.aclose()

    async def _answer(self, number: int, custom_id: str, body: dict[str, Any]) -> bytes:
        last: HttpAnswer | None = None

        async def attempt() -> HttpAnswer:
            nonlocal last
            last = None
            last = await self._sender.post(body)
            self._check(last, str(body["model"]))
            return last

        async with self._in_flight:
            try:
                answer = await call_with_retries(self._policy, attempt, rng=self._rng, sleep=self._sleep)
            except CallError as error:
                return _error_line(number, custom_id, error.failure, last, self._secret)
        completion = json.loads(answer.body)
        return response_line(
            custom_id, number, status=answer.status, body=completion, request_id=request_id(answer.headers)
        )

    def _check(self, answer: HttpAnswer, model: str) -> None:
        """Raises CallError unless an answer is a completion."""
        target = CallTarget(self._endpoint, model, self._secret)
        if answer.status // 100 != 2:
            raise CallError(classify_response(*answer, target))
        try:
            read_reply(answer.body, mode="", output_cap=0)
        except BadReply as error:
            raise CallError(classify_bad_reply(error, *answer, target, answered=self._answered)) from error
        self._answered = True


def _error_line(
    number: int, custom_id: str, failure: Failure, answer: HttpAnswer | None, secret: str
) -> bytes:
    """The line of a failed request, with what the ledger keeps of the failure of a live call.

    Args:
        answer: that of the last attempt; None where it had none.
        secret: the key, which an endpoint may repeat.
    """
    error = {"code": failure.cause, "message": failure.message, "billed": failure.billed}
    # An answer with status 200 is charged. So an answer with a success status that is not a completion and cost
    # nothing is written as an error without a response.
    if answer is None or (answer.status // 100 == 2 and failure.billed == "no"):
        return response_line(custom_id, number, status=None, body=None, request_id=None, error=error)
    return response_line(
        custom_id,
        number,
        status=answer.status,
        body={"error": _without_key(ErrorBody.read(answer.body), secret)},
        request_id=failure.request_id,
        error=error,
    )


def _without_key(error: ErrorBody, secret: str) -> dict[str, str]:
    """The endpoint's own words, which are classified when the line is read."""
    parts = {"message": error.message, "code": error.code, "type": error.type, "param": error.param}
    return {name: without_secrets(text, secret) for name, text in parts.items() if text}

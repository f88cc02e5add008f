"""Answers the lines of a request file one call each: what a cluster's worker does with a part of it."""

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from generator.model.batch_files import request_bodies, response_line
from generator.model.errors import CallError, Target, classify_exception, classify_response
from generator.model.replies import headers_of_interest, request_id
from generator.model.retries import RetryPolicy, Sleep, retried
from generator.model.transport import call_errors, endpoint_name, open_sdk

if TYPE_CHECKING:
    from random import Random

    import httpx2


class LineAnswerer:
    """Calls an endpoint with the bodies of request lines, as they stand; ``concurrency`` in flight at most.

    A request that fails for good is answered with its error, as a provider would.
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
        import httpx2

        self._sdk = open_sdk(
            base_url, api_key, timeout_seconds=timeout_seconds, connections=concurrency, transport=transport
        )
        self._response_type = httpx2.Response
        self._call_errors = call_errors()
        self._timeout_seconds = timeout_seconds
        self._policy = RetryPolicy(attempts=attempts)
        self._rng = rng
        self._sleep = sleep
        self._room = asyncio.Semaphore(concurrency)
        self._target = Target(endpoint_name(base_url), "", api_key or "")

    async def answers(self, lines: Sequence[bytes]) -> list[bytes]:
        """A response line for each request line, in order.

        Raises:
            ValueError: a line is no request.
        """
        asked = list(request_bodies(lines))
        tasks = [self._answer(number, *request) for number, request in enumerate(asked, start=1)]
        return list(await asyncio.gather(*tasks))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sdk.close()

    async def _answer(self, number: int, custom_id: str, body: dict[str, Any]) -> bytes:
        status: int
        request: str | None
        answer: Any
        async with self._room:
            try:
                status, request, answer = await retried(
                    self._policy, lambda: self._post(body), rng=self._rng, sleep=self._sleep
                )
            except CallError as error:
                failure = error.failure
                if failure.status is None:
                    told = {"code": failure.cause, "message": failure.message}
                    return response_line(
                        custom_id, number, status=None, body=None, request_id=None, error=told
                    )
                said = {"error": {"message": failure.message, "code": failure.cause}}
                return response_line(
                    custom_id, number, status=failure.status, body=said, request_id=failure.request_id
                )
        return response_line(custom_id, number, status=status, body=answer, request_id=request)

    async def _post(self, body: dict[str, Any]) -> tuple[int, str | None, Any]:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                response = await self._sdk.post("/chat/completions", cast_to=self._response_type, body=body)
            return response.status_code, request_id(response.headers), json.loads(response.content)
        except self._call_errors as exc:
            answer = getattr(exc, "response", None)
            if not isinstance(answer, self._response_type):
                raise CallError(classify_exception(exc, self._target)) from exc
            headers = headers_of_interest(answer.headers)
            raise CallError(
                classify_response(answer.status_code, headers, answer.content, self._target)
            ) from exc
        except ValueError as exc:
            raise CallError(classify_exception(exc, self._target)) from exc

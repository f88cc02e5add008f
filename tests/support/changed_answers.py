"""A Batch API whose answers a test changes on their way."""

import json
from collections.abc import Callable
from typing import Any

import httpx2

from tests.support.batch_answers import completion
from tests.support.batch_runs import Provider

Change = Callable[[int, int], str | int | dict[str, Any] | None]
"""Gives an answer by the number of the job and the step: its content, its whole body or the status of an error; None for
the provider's own."""


class ChangedAnswers(httpx2.AsyncBaseTransport):
    """The transport to a provider, whose output files are changed.

    Args:
        live: the content of every answer to a live call; None as the provider answers.
    """

    def __init__(self, provider: Provider, change: Change, *, live: str | None = None) -> None:
        self._inner = provider.transport
        self._change = change
        self._live = live

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._live is not None and request.url.path.endswith("/chat/completions"):
            return httpx2.Response(200, json=completion(self._live))
        response = await self._inner.handle_async_request(request)
        if request.method != "GET" or not request.url.path.endswith("/content"):
            return response
        lines = (await response.aread()).decode().splitlines()
        return httpx2.Response(200, content="".join(self._changed(json.loads(line)) for line in lines))

    def _changed(self, line: dict[str, Any]) -> str:
        job, step = map(int, line["custom_id"].split("-")[1:])
        change = self._change(job, step)
        if isinstance(change, int):
            line["response"] = {"status_code": change, "body": {"error": {"message": "the engine is dead"}}}
        elif change is not None:
            body = completion(change) if isinstance(change, str) else change
            line["response"] = {"status_code": 200, "request_id": "r", "body": body}
        return json.dumps(line) + "\n"

"""Builds the app of the test server: the chat completions of the offline writer, with faults, limits and statistics."""

import asyncio
import time
from asyncio import Transport
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from generator.extractive import MODEL_NAME
from generator.extractive.app import model_routes
from generator.extractive.completions import capped_completion, reply_headers, reply_id
from generator.extractive.error_replies import ErrorReply, bad_request
from generator.extractive.prompt_reader import UnknownTask
from generator.extractive.request_checks import parse_body
from generator.extractive.writer import WrittenReply
from generator.fake_openai.batches import batch_routes
from generator.fake_openai.error_replies import quota_exceeded, server_error, too_many_requests, wrong_key
from generator.fake_openai.faults import HTML_PAGE, STATUS_FAULTS, Fault, spoiled_completion
from generator.fake_openai.odd_answers.answer import OddAnswer, Usual
from generator.fake_openai.rate_limit import TokenBucket
from generator.fake_openai.replies import reply_to
from generator.fake_openai.request_checks import check_request
from generator.fake_openai.settings import ServerSettings
from generator.fake_openai.statistics import Statistics


def build(
    settings: ServerSettings | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], float] = time.time,
) -> Starlette:
    """Build the app.

    Args:
        settings: None: the defaults.
        clock: monotonic seconds, for the rate limit.
        now: seconds since 1970, for the dates of completions, files and batches.
    """
    chosen = settings or ServerSettings()
    shared = _SharedState(chosen, clock, now)
    routes: list[BaseRoute] = [
        Route("/v1/chat/completions", _ChatCompletions(shared), methods=["POST"]),
        *model_routes(chosen.models or (MODEL_NAME,)),
        Route("/stats", shared.show_statistics, methods=["GET"]),
        Route("/stats/reset", shared.reset_statistics, methods=["POST"]),
    ]
    if chosen.batches is not None:
        routes += batch_routes(chosen, chosen.batches, now)
    return Starlette(routes=routes)


class _SharedState:
    """What all requests share: settings, statistics and limits."""

    def __init__(
        self, settings: ServerSettings, clock: Callable[[], float], now: Callable[[], float]
    ) -> None:
        self.settings = settings
        self.statistics = Statistics()
        self.now = now
        self._bucket = TokenBucket(settings.rate_limit, clock) if settings.rate_limit else None
        self._quota_left = settings.quota

    def limit_headers(self) -> dict[str, str]:
        return self._bucket.headers() if self._bucket else {}

    def admit(self, request: Request) -> None:
        """Check the key, the quota and the rate limit, and count the request.

        Raises:
            ErrorReply: the request is not accepted.
        """
        key = self.settings.key
        if key is not None and request.headers.get("authorization") != f"Bearer {key}":
            raise wrong_key()
        if self._quota_left is not None:
            if self._quota_left <= 0:
                raise quota_exceeded()
            self._quota_left -= 1
        wait_seconds = self._bucket.take() if self._bucket else 0.0
        if wait_seconds:
            raise too_many_requests(wait_seconds * 1000)

    async def show_statistics(self, _: Request) -> Response:
        return JSONResponse(self.statistics.as_dict())

    async def reset_statistics(self, _: Request) -> Response:
        self.statistics.reset()
        return JSONResponse(self.statistics.as_dict())


class _ChatCompletions:
    """The endpoint as an ASGI app: a reply is counted only after it was sent completely."""

    def __init__(self, shared: _SharedState) -> None:
        self._shared = shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        statistics = self._shared.statistics
        number = statistics.begin_request()
        transport: Transport | None = scope.get("state", {}).get("transport")
        try:
            call = _Call(self._shared, number, transport)
            response = await call.respond(Request(scope, receive))
            await response(scope, receive, send)
            whole = response.status_code != 0 and not (transport and transport.is_closing())
            statistics.count_response(response.status_code, whole=whole)
            if whole and call.answer is not None:
                statistics.count_answer(call.answer.task, call.answer.question, call.raw_body)
        except ClientDisconnect:
            statistics.count_response(0, whole=False)
        finally:
            statistics.end_request()


class _Call:
    """A request and its reply. ``answer`` is None unless the reply is a correct answer."""

    def __init__(self, shared: _SharedState, number: int, transport: Transport | None) -> None:
        self._shared = shared
        self._settings = shared.settings
        self._number = number
        self._transport = transport
        self.raw_body = b""
        self.answer: WrittenReply | None = None

    async def respond(self, request: Request) -> Response:
        self.raw_body = await request.body()
        try:
            response = await self._answer(request)
        except ErrorReply as error:
            response = JSONResponse(error.body, error.status, headers=error.headers)
        if not isinstance(response, _BrokenResponse):
            response.headers.update({**reply_headers(self._number), **self._shared.limit_headers()})
        return response

    async def _answer(self, request: Request) -> Response:
        self._shared.admit(request)
        fault = self._settings.faults.draw(self._number)
        if fault in STATUS_FAULTS:
            self._shared.statistics.count_fault(fault)
            raise self._status_fault(fault)
        body = parse_body(self.raw_body)
        check_request(body, self._settings)
        if self._settings.latency_seconds:
            await asyncio.sleep(self._settings.latency_seconds)
        reply = self._write(body)
        odd_answer = self._settings.odd_answers and self._settings.odd_answers.answer_to(self._number)
        if odd_answer:
            return self._odd_response(odd_answer, body, reply)
        if fault is None:
            self.answer = reply
            return self._completion(body, reply)
        self._shared.statistics.count_fault(fault)
        return await self._faulty_response(fault, body, reply)

    def _write(self, body: Mapping[str, Any]) -> WrittenReply:
        try:
            return reply_to(body, self._settings)
        except UnknownTask as unknown:
            raise bad_request(str(unknown), param="response_format") from unknown

    def _odd_response(self, answer: OddAnswer, body: Mapping[str, Any], reply: WrittenReply) -> Response:
        completion = capped_completion(self._id(), self._created(), body, reply.content)
        odd = answer(Usual(body, completion))
        return Response(odd.body, odd.status, headers=dict(odd.headers))

    def _completion(self, body: Mapping[str, Any], reply: WrittenReply) -> Response:
        return JSONResponse(capped_completion(self._id(), self._created(), body, reply.content))

    async def _faulty_response(self, fault: Fault, body: Mapping[str, Any], reply: WrittenReply) -> Response:
        if fault == "html":
            return Response(HTML_PAGE, media_type="text/html")
        if fault in {"drop", "drop_body"}:
            if self._transport is None:
                raise server_error(500)
            rest = bytes(self._completion(body, reply).body) if fault == "drop_body" else None
            return _BrokenResponse(self._transport, rest)
        if fault == "slow":
            await asyncio.sleep(self._settings.slow_seconds)
            self.answer = reply
            return self._completion(body, reply)
        return JSONResponse(spoiled_completion(fault, self._id(), self._created(), body, reply.content))

    def _status_fault(self, fault: Fault) -> ErrorReply:
        if fault == "429":
            return too_many_requests(self._settings.retry_after_ms)
        return server_error(STATUS_FAULTS[fault])

    def _id(self) -> str:
        return reply_id(self._number, self.raw_body)

    def _created(self) -> int:
        return int(self._shared.now())


class _BrokenResponse(Response):
    """Breaks the connection before the status line (``body`` is None) or in the middle of the body."""

    status_code = 0

    def __init__(self, transport: Transport, body: bytes | None) -> None:
        self._transport = transport
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._body is None:
            self._transport.abort()
        else:
            length = str(len(self._body)).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", length)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            half = self._body[: len(self._body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            self._transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass

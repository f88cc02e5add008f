"""The app: chat completions and models as the OpenAI API has them, with the test server's vices on request."""

import asyncio
import hashlib
import json
import time
from asyncio import Transport
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from generator.extractive import completions
from generator.extractive.answering import MODEL_NAME, Answer, answer
from generator.extractive.prompt_reader import UnknownTask, read_prompt
from generator.fake_openai.accounting import Bucket, Statistics
from generator.fake_openai.canned import CANNED_CONTENT
from generator.fake_openai.faults import HTML_PAGE, STATUS_FAULTS, Fault, spoiled
from generator.fake_openai.settings import Mode, Settings

_MODES: tuple[Mode, ...] = ("plain", "json_object", "json_schema")
_FORMATS: dict[str, Mode] = {"text": "plain", "json_object": "json_object", "json_schema": "json_schema"}


def build(
    settings: Settings | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], float] = time.time,
) -> Starlette:
    """The app for these settings. ``clock`` drives the rate limit, ``now`` dates the completions."""
    chosen = settings or Settings()
    statistics = Statistics()
    desk = _Desk(chosen, statistics, clock, now)
    routes: list[BaseRoute] = [
        Route("/v1/chat/completions", _ChatCompletions(desk), methods=["POST"]),
        Route("/v1/models", desk.models, methods=["GET"]),
        Route("/v1/models/{name:path}", desk.models, methods=["GET"]),
        Route("/stats", desk.stats, methods=["GET"]),
        Route("/stats/reset", desk.reset_stats, methods=["POST"]),
    ]
    if chosen.batches is not None:
        from generator.fake_openai.batches import batch_routes

        routes += batch_routes(chosen, chosen.batches, now)
    application = Starlette(routes=routes)
    application.state.statistics = statistics
    return application


class _Problem(Exception):
    """A request that ends in an error body."""

    def __init__(self, status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(body["error"]["message"])
        self.status = status
        self.body = body
        self.headers = headers or {}


class _Dropped(Response):
    """A connection that breaks: before the status line, or in the middle of the body."""

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


class _ChatCompletions:
    """The endpoint as an ASGI app, so that a reply counts only once it has been handed over whole."""

    def __init__(self, desk: "_Desk") -> None:
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        statistics = self._desk.statistics
        number = statistics.begin()
        transport: Transport | None = scope.get("state", {}).get("transport")
        try:
            exchange = _Exchange(self._desk, number, transport)
            response = await exchange.respond(Request(scope, receive))
            await response(scope, receive, send)
            whole = response.status_code != 0 and not (transport and transport.is_closing())
            statistics.sent(response.status_code, whole=whole)
            if whole and exchange.good is not None:
                statistics.answered(exchange.good.task, exchange.good.question, exchange.body)
        except ClientDisconnect:
            statistics.sent(0, whole=False)
        finally:
            statistics.end()


class _Desk:
    """What all requests share: settings, counts, limits; and the small endpoints."""

    def __init__(
        self,
        settings: Settings,
        statistics: Statistics,
        clock: Callable[[], float],
        now: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.statistics = statistics
        self.now = now
        self.bucket = Bucket(settings.rate_limit, clock) if settings.rate_limit else None
        self.quota_left = settings.quota

    def limit_headers(self) -> dict[str, str]:
        return self.bucket.headers() if self.bucket else {}

    def check_key(self, request: Request) -> None:
        key = self.settings.key
        if key is not None and request.headers.get("authorization") != f"Bearer {key}":
            problem = completions.error(
                "Incorrect API key provided.", "invalid_request_error", code="invalid_api_key"
            )
            raise _Problem(401, problem)

    def check_quota(self) -> None:
        if self.quota_left is None:
            return
        if self.quota_left <= 0:
            message = "You exceeded your current quota, please check your plan and billing details."
            raise _Problem(429, completions.error(message, "insufficient_quota", code="insufficient_quota"))
        self.quota_left -= 1

    def check_rate(self) -> None:
        wait = self.bucket.take() if self.bucket else 0.0
        if wait:
            raise too_many(wait * 1000)

    async def models(self, request: Request) -> Response:
        names = self.settings.models or (MODEL_NAME,)
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": "offline"} for name in names]
        wanted = request.path_params.get("name")
        if wanted is None:
            return JSONResponse({"object": "list", "data": listed})
        for model in listed:
            if model["id"] == wanted:
                return JSONResponse(model)
        problem = unknown_model(str(wanted))
        return JSONResponse(problem.body, problem.status)

    async def stats(self, _: Request) -> Response:
        return JSONResponse(self.statistics.as_dict())

    async def reset_stats(self, _: Request) -> Response:
        self.statistics.reset()
        return JSONResponse(self.statistics.as_dict())


class _Exchange:
    """One request on its way to its reply. ``good`` is set when the reply is a real answer."""

    def __init__(self, desk: _Desk, number: int, transport: Transport | None) -> None:
        self._desk = desk
        self._settings = desk.settings
        self._number = number
        self._transport = transport
        self.body = b""
        self.good: Answer | None = None

    async def respond(self, request: Request) -> Response:
        headers = {"x-request-id": f"req_{self._number:08d}", "openai-version": "2020-10-01"}
        self.body = await request.body()
        try:
            response = await self._answered(request)
        except _Problem as problem:
            response = JSONResponse(problem.body, problem.status, headers=problem.headers)
        if not isinstance(response, _Dropped):
            response.headers.update({**headers, **self._desk.limit_headers()})
        return response

    async def _answered(self, request: Request) -> Response:
        self._desk.check_key(request)
        self._desk.check_quota()
        self._desk.check_rate()
        fault = self._settings.faults.draw(self._number)
        if fault in STATUS_FAULTS:
            self._desk.statistics.fault(fault)
            raise self._status_fault(fault)
        body = parse_body(self.body)
        check_body(body, self._settings)
        if self._settings.latency_seconds:
            await asyncio.sleep(self._settings.latency_seconds)
        answered = self._ask(body)
        if fault is None:
            self.good = answered
            return self._completion(body, answered)
        self._desk.statistics.fault(fault)
        return await self._faulty(fault, body, answered)

    def _ask(self, body: Mapping[str, Any]) -> Answer:
        if self._settings.canned:
            return Answer(CANNED_CONTENT, "article_draft", read_prompt(body["messages"], None).question)
        try:
            return answer(body, self._settings.limits, ignore_format=self._settings.ignore_response_format)
        except UnknownTask as unknown:
            raise bad_request(str(unknown), param="response_format") from unknown

    def _completion(self, body: Mapping[str, Any], answered: Answer) -> Response:
        content, finish_reason = completions.capped(answered.content, output_cap(body))
        reply = completions.completion(
            self._id(), self._created(), body, content, finish_reason=finish_reason
        )
        return JSONResponse(reply)

    async def _faulty(self, fault: Fault, body: Mapping[str, Any], answered: Answer) -> Response:
        if fault == "html":
            return Response(HTML_PAGE, media_type="text/html")
        if fault in {"drop", "drop_body"}:
            if self._transport is None:
                raise server_error(500)
            rest = bytes(self._completion(body, answered).body) if fault == "drop_body" else None
            return _Dropped(self._transport, rest)
        if fault == "slow":
            await asyncio.sleep(self._settings.slow_seconds)
            self.good = answered
            return self._completion(body, answered)
        return JSONResponse(spoiled(fault, self._id(), self._created(), body, answered.content))

    def _status_fault(self, fault: Fault) -> _Problem:
        if fault == "429":
            return too_many(self._settings.retry_after_ms)
        return server_error(STATUS_FAULTS[fault])

    def _id(self) -> str:
        return hashlib.sha256(b"%d:%s" % (self._number, self.body)).hexdigest()[:24]

    def _created(self) -> int:
        return int(self._desk.now())


def parse_body(raw: bytes) -> dict[str, Any]:
    """The JSON object of a request body."""
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise bad_request("We could not parse the JSON body of your request.") from error
    if not isinstance(body, dict):
        raise bad_request("The body of your request must be a JSON object.")
    return body


def check_body(body: Mapping[str, Any], settings: Settings) -> None:
    """Refuse what this endpoint does not take."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        raise bad_request("'messages' must be a non-empty array of objects.", param="messages")
    if body.get("stream") or body.get("n") not in {None, 1}:
        raise bad_request("Streaming and several choices are not supported.", param="stream")
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise bad_request("you must provide a model parameter", param="model")
    if settings.models and model not in settings.models:
        raise unknown_model(model)
    if settings.only_max_tokens and "max_completion_tokens" in body:
        raise bad_request(
            "Unknown parameter: 'max_completion_tokens'.",
            param="max_completion_tokens",
            code="unknown_parameter",
        )
    _check_format(body, settings)
    cap = output_cap(body)
    if cap is not None and (not isinstance(cap, int) or cap < 1):
        raise bad_request("The output cap must be a positive integer.", param="max_completion_tokens")


def _check_format(body: Mapping[str, Any], settings: Settings) -> None:
    chosen = body.get("response_format")
    if chosen is None or settings.ignore_response_format:
        return
    kind = chosen.get("type") if isinstance(chosen, dict) else None
    mode = _FORMATS.get(str(kind))
    if mode is None:
        raise bad_request(f"Invalid value for 'response_format': {kind!r}.", param="response_format")
    if _MODES.index(mode) > _MODES.index(settings.mode):
        message = f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model."
        raise bad_request(message, param="response_format")


def output_cap(body: Mapping[str, Any]) -> Any:
    """The cap on completion tokens, under its new or its old name."""
    cap = body.get("max_completion_tokens")
    return body.get("max_tokens") if cap is None else cap


def bad_request(message: str, *, param: str | None = None, code: str | None = None) -> _Problem:
    """400."""
    return _Problem(400, completions.error(message, "invalid_request_error", param=param, code=code))


def unknown_model(name: str) -> _Problem:
    """404."""
    message = f"The model '{name}' does not exist or you do not have access to it."
    return _Problem(404, completions.error(message, "invalid_request_error", code="model_not_found"))


def server_error(status: int) -> _Problem:
    """500 or 503."""
    message = "The server had an error while processing your request. Sorry about that!"
    if status == 503:
        message = "The engine is currently overloaded, please try again later."
    return _Problem(status, completions.error(message, "server_error"))


def too_many(wait_ms: float) -> _Problem:
    """429 with both retry headers; the whole seconds are rounded up."""
    headers = {
        "retry-after-ms": str(max(1, round(wait_ms))),
        "retry-after": str(max(1, -(-int(wait_ms) // 1000))),
    }
    message = "Rate limit reached for requests. Please try again later."
    return _Problem(429, completions.error(message, "requests", code="rate_limit_exceeded"), headers)

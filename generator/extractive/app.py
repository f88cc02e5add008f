"""Serves the offline writer as an OpenAI-compatible app: chat completions and the list of models."""

from collections.abc import Callable, Sequence
from itertools import count

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from generator.content.limits import Limits
from generator.extractive import MODEL_NAME
from generator.extractive.completions import capped_completion, model_object, reply_headers, reply_id
from generator.extractive.error_replies import ErrorReply, bad_request, unknown_model
from generator.extractive.prompt_reader import UnknownTask
from generator.extractive.request_checks import check_request, parse_body
from generator.extractive.writer import write_reply


def build(limits: Limits, *, now: Callable[[], float]) -> Starlette:
    """Build the app.

    Args:
        limits: the limits of the answers.
        now: seconds since 1970, for the dates of completions.
    """
    chat = _ChatCompletions(limits, now)
    return Starlette(
        routes=[
            Route("/v1/chat/completions", chat.respond, methods=["POST"]),
            *model_routes([MODEL_NAME]),
        ]
    )


def model_routes(names: Sequence[str]) -> list[BaseRoute]:
    """The endpoints of the list of models and of each model."""

    async def list_models(_: Request) -> Response:
        return JSONResponse({"object": "list", "data": [model_object(name) for name in names]})

    async def show_model(request: Request) -> Response:
        name = request.path_params["name"]
        if name in names:
            return JSONResponse(model_object(name))
        problem = unknown_model(name)
        return JSONResponse(problem.body, problem.status)

    return [
        Route("/v1/models", list_models, methods=["GET"]),
        Route("/v1/models/{name:path}", show_model, methods=["GET"]),
    ]


class _ChatCompletions:
    """The endpoint of chat completions. It numbers its requests from 1."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._numbers = count(1)

    async def respond(self, request: Request) -> Response:
        number = next(self._numbers)
        raw = await request.body()
        try:
            response = self._complete(number, raw)
        except ErrorReply as error:
            response = JSONResponse(error.body, error.status, headers=error.headers)
        response.headers.update(reply_headers(number))
        return response

    def _complete(self, number: int, raw: bytes) -> Response:
        body = parse_body(raw)
        check_request(body)
        try:
            reply = write_reply(body, self._limits)
        except UnknownTask as unknown:
            raise bad_request(str(unknown), param="response_format") from unknown
        created = int(self._now())
        return JSONResponse(capped_completion(reply_id(number, raw), created, body, reply.content))

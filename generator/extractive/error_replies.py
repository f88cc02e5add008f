"""Error replies with the wording of the OpenAI API; they are raised as exceptions and sent as JSON."""

from collections.abc import Mapping
from typing import Any


class ErrorReply(Exception):
    """An error reply to a request.

    Args:
        status: the HTTP status.
        body: the JSON body, from ``error_body``.
        headers: headers beside those of every reply.
    """

    def __init__(self, status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(body["error"]["message"])
        self.status = status
        self.body = body
        self.headers = headers or {}


def error_body(
    message: str, kind: str, *, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    """The JSON body of an error; ``kind`` is its ``type``."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def bad_request(message: str, *, param: str | None = None, code: str | None = None) -> ErrorReply:
    """The error 400."""
    return ErrorReply(400, error_body(message, "invalid_request_error", param=param, code=code))


def unknown_model(name: str) -> ErrorReply:
    """The error 404."""
    message = f"The model '{name}' does not exist or you do not have access to it."
    return ErrorReply(404, error_body(message, "invalid_request_error", code="model_not_found"))

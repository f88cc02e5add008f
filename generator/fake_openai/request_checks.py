"""The additional request checks of the test server: models, newer parameters, reply formats."""

from collections.abc import Mapping
from typing import Any

from generator.extractive.error_replies import bad_request, unknown_model
from generator.extractive.request_checks import (
    check_messages,
    check_model,
    check_output_cap,
    check_response_format,
)
from generator.fake_openai.settings import Mode, ServerSettings

_MODES: tuple[Mode, ...] = ("plain", "json_object", "json_schema")
"""From the weakest to the strongest."""
_MODE_BY_FORMAT: dict[str, Mode] = {
    "text": "plain",
    "json_object": "json_object",
    "json_schema": "json_schema",
}


def check_request(body: Mapping[str, Any], settings: ServerSettings) -> None:
    """Check a request body against the settings, in the order in which the API reports errors.

    Raises:
        ErrorReply: the settings do not allow the request.
    """
    check_messages(body)
    model = check_model(body)
    if settings.models and model not in settings.models:
        raise unknown_model(model)
    if settings.only_max_tokens and "max_completion_tokens" in body:
        raise bad_request(
            "Unknown parameter: 'max_completion_tokens'.",
            param="max_completion_tokens",
            code="unknown_parameter",
        )
    if not settings.ignore_response_format:
        _check_mode(check_response_format(body), settings.mode)
    check_output_cap(body)


def _check_mode(kind: str, strongest_mode: Mode) -> None:
    if _MODES.index(_MODE_BY_FORMAT[kind]) > _MODES.index(strongest_mode):
        message = f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model."
        raise bad_request(message, param="response_format")

"""Checks chat completion requests; each check raises an error reply that says what is wrong."""

import json
from collections.abc import Mapping
from typing import Any

from generator.extractive.error_replies import bad_request

RESPONSE_FORMATS = frozenset({"text", "json_object", "json_schema"})


def parse_body(raw: bytes) -> dict[str, Any]:
    """The JSON object of a request body.

    Raises:
        ErrorReply: it is not JSON, or not an object.
    """
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise bad_request("We could not parse the JSON body of your request.") from error
    if not isinstance(body, dict):
        raise bad_request("The body of your request must be a JSON object.")
    return body


def check_request(body: Mapping[str, Any]) -> None:
    """Run all checks, in the order in which the API reports errors.

    Raises:
        ErrorReply: the request cannot be answered.
    """
    check_messages(body)
    check_model(body)
    check_response_format(body)
    check_output_cap(body)


def check_messages(body: Mapping[str, Any]) -> None:
    """Check that there are messages, and that one unstreamed answer is requested.

    Raises:
        ErrorReply: they are not as required.
    """
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        raise bad_request("'messages' must be a non-empty array of objects.", param="messages")
    if body.get("stream") or body.get("n") not in {None, 1}:
        raise bad_request("Streaming and several choices are not supported.", param="stream")


def check_model(body: Mapping[str, Any]) -> str:
    """The name of the model; any name is accepted.

    Raises:
        ErrorReply: there is none.
    """
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise bad_request("you must provide a model parameter", param="model")
    return model


def check_response_format(body: Mapping[str, Any]) -> str:
    """The type of ``response_format``; "text" if the request has none.

    Raises:
        ErrorReply: the type is unknown.
    """
    chosen = body.get("response_format")
    if chosen is None:
        return "text"
    kind = chosen.get("type") if isinstance(chosen, dict) else None
    if str(kind) not in RESPONSE_FORMATS:
        raise bad_request(f"Invalid value for 'response_format': {kind!r}.", param="response_format")
    return str(kind)


def check_output_cap(body: Mapping[str, Any]) -> None:
    """Check that the output cap, if there is one, is a positive integer.

    Raises:
        ErrorReply: it is not.
    """
    cap = output_cap(body)
    if cap is not None and (not isinstance(cap, int) or cap < 1):
        raise bad_request("The output cap must be a positive integer.", param="max_completion_tokens")


def output_cap(body: Mapping[str, Any]) -> Any:
    """The cap on completion tokens, by its new or its old name; None if there is none. It is not checked."""
    cap = body.get("max_completion_tokens")
    return body.get("max_tokens") if cap is None else cap

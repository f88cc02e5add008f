"""What a chat completion request must hold; every check raises the error reply that names what is wrong."""

import json
from collections.abc import Mapping
from typing import Any

from generator.extractive.error_replies import bad_request

RESPONSE_FORMATS = frozenset({"text", "json_object", "json_schema"})


def parse_body(raw: bytes) -> dict[str, Any]:
    """The JSON object of a request body.

    Raises:
        ErrorReply: it is no JSON, or no object.
    """
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise bad_request("We could not parse the JSON body of your request.") from error
    if not isinstance(body, dict):
        raise bad_request("The body of your request must be a JSON object.")
    return body


def check_request(body: Mapping[str, Any]) -> None:
    """All checks, in the order in which the API reports what is wrong.

    Raises:
        ErrorReply: the request cannot be answered.
    """
    check_messages(body)
    check_model(body)
    check_response_format(body)
    check_output_cap(body)


def check_messages(body: Mapping[str, Any]) -> None:
    """One answer, in one piece, to a list of messages."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        raise bad_request("'messages' must be a non-empty array of objects.", param="messages")
    if body.get("stream") or body.get("n") not in {None, 1}:
        raise bad_request("Streaming and several choices are not supported.", param="stream")


def check_model(body: Mapping[str, Any]) -> str:
    """The name of the model; any name is taken."""
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise bad_request("you must provide a model parameter", param="model")
    return model


def check_response_format(body: Mapping[str, Any]) -> str:
    """The type of ``response_format``, "text" where the request has none."""
    chosen = body.get("response_format")
    if chosen is None:
        return "text"
    kind = chosen.get("type") if isinstance(chosen, dict) else None
    if str(kind) not in RESPONSE_FORMATS:
        raise bad_request(f"Invalid value for 'response_format': {kind!r}.", param="response_format")
    return str(kind)


def check_output_cap(body: Mapping[str, Any]) -> None:
    """The output cap, where there is one, is a positive integer."""
    cap = output_cap(body)
    if cap is not None and (not isinstance(cap, int) or cap < 1):
        raise bad_request("The output cap must be a positive integer.", param="max_completion_tokens")


def output_cap(body: Mapping[str, Any]) -> Any:
    """The cap on completion tokens, under its new or its old name; unchecked."""
    cap = body.get("max_completion_tokens")
    return body.get("max_tokens") if cap is None else cap

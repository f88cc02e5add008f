"""The requests of a job: what is frozen with the job, the first request made of it, later ones, and their hashes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.model.messages import Message
from generator.model.requests import IdentityCache, ModelRequest
from generator.store.ledger.runs.jobs import Job
from generator.store.ledger.runs.new_jobs import NewJob
from generator.store.ledger.storage.hashes import hash_of


def frozen_request(
    schema_name: str,
    schema: Mapping[str, Any],
    model: str,
    parameters: Mapping[str, Any],
    *,
    grounded: bool | None = None,
) -> dict[str, Any]:
    """What is frozen with a job besides its messages. The ledger stores its bytes, so the order of its keys is fixed.

    Args:
        grounded: whether each point must name its passages; None for jobs without points.
    """
    request = {"schema_name": schema_name, "schema": schema, "model": model, "parameters": parameters}
    return request if grounded is None else {**request, "grounded": grounded}


def first_request(job: Job | NewJob) -> ModelRequest:
    """The first request of a job, exactly as planned."""
    return ModelRequest(
        messages=(Message(role="system", content=job.system), Message(role="user", content=job.user)),
        schema_name=job.request["schema_name"],
        schema=job.request["schema"],
        model=job.request["model"],
        parameters=job.request["parameters"],
    )


def follow_up(
    request: ModelRequest, messages: Sequence[Message], schema_name: str, schema: dict[str, Any]
) -> ModelRequest:
    """Another request to the same model with the same parameters."""
    return replace(request, messages=tuple(messages), schema_name=schema_name, schema=schema)


def request_hash(request: ModelRequest) -> str:
    """The hash of an exact request: messages, schema, model and parameters."""
    messages = [part for message in request.messages for part in (message["role"], message["content"])]
    return hash_of(
        request.model,
        request.schema_name,
        _canonical_json(request.schema),
        _canonical_json(request.parameters),
        *messages,
    )


_canonical_json: IdentityCache[Mapping[str, Any], str] = IdentityCache(
    lambda value: json.dumps(dict(value), sort_keys=True)
)

"""Finds the models of an endpoint whose names are like a given one, for the message about a model that it has not."""

import asyncio
import difflib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.model.transport import RequestSender

_LONGEST_SECONDS = 10.0
_MOST_NAMES = 3
_LEAST_SIMILARITY = 0.5
_NAME_CHARS = 80


async def near_models(sender: "RequestSender", model: str) -> str:
    """What to add to a message about a model that the endpoint does not have; empty where its list does not help."""
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            answer = await sender.models()
        names = model_names(answer.body) if answer.status == 200 else []
    except Exception:  # noqa: BLE001 - the list only completes a message, whatever is wrong with it
        return ""
    near = difflib.get_close_matches(model, names, n=_MOST_NAMES, cutoff=_LEAST_SIMILARITY)
    return f"; it has {', '.join(near)}" if near else ""


def model_names(body: bytes) -> list[str]:
    """The names in a list of models; without what is not a name. Raises ValueError for what is not JSON."""
    names = [model.get("id") for model in model_entries(body)]
    return [
        name for name in names if isinstance(name, str) and name.isprintable() and len(name) <= _NAME_CHARS
    ]


def model_entries(body: bytes) -> list[Mapping[str, Any]]:
    """The objects in a list of models. Raises ValueError for what is not JSON."""
    data = json.loads(body)
    models = data.get("data") if isinstance(data, dict) else data
    return [model for model in models if isinstance(model, dict)] if isinstance(models, list) else []

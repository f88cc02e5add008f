"""When a model is shut down: as its endpoint says in its list of models, or as the installed SDK says of OpenAI's models.

The SDK has the dates only in the text after its list of models, so they are read from its source file.
"""

import importlib.util
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from generator.model.prompt_caching import is_openai

WARN_BEFORE = timedelta(days=90)
"""So long before its shutdown a person is warned about a model."""

# As OpenAI, OpenRouter, Azure, Mistral and Google's gateways name it.
_FIELDS = (
    "shutdown_date",
    "shutdown_at",
    "expiration_date",
    "expires_at",
    "retirement_date",
    "retires_at",
    "sunset_date",
    "end_of_life",
    "deprecation_date",
    "deprecation",
    "deprecated_at",
    "lifecycle",
)
# Within one of these fields: Azure tells the end of inference apart from that of fine-tuning.
_INNER = ("inference", "date", "shutdown_date", "retirement_date", "end_of_life", "eol")
_SDK_FILE = Path("types", "shared", "chat_model.py")
_ENTRY = re.compile(r'^- ("[^:]*"):\s+Announced\s+shutdown\s+date:\s+(\d{4}-\d\d-\d\d)', re.MULTILINE)
_NAME = re.compile(r'"([^"]+)"')
# Unix times of this century, in seconds; in milliseconds they are a thousand times as large.
_SECONDS = range(946_684_800, 4_102_444_800)


def announced_date(endpoint: str, model: str) -> date | None:
    """When OpenAI shuts a model down, as the installed SDK says; None for other endpoints and where no date is known."""
    return _announced().get(model) if is_openai(endpoint) else None


def stated_date(model: Mapping[str, Any]) -> date | None:
    """When an endpoint shuts a model down, by the model's entry in its list; None where the entry has no date."""
    found = (_as_date(model.get(name)) for name in _FIELDS)
    return next((each for each in found if each is not None), None)


def shutdown_notice(model: str, ends: date | None, today: date) -> str:
    """A line for a person about a model that has ended or ends within ``WARN_BEFORE``; empty for other models."""
    if ends is None or ends - today > WARN_BEFORE:
        return ""
    if ends <= today:
        return f"{model} was to be shut down on {ends}: choose another model in config.yaml"
    days = (ends - today).days
    return f"{model} will be shut down on {ends}, in {days} day{'s' * (days > 1)}: choose another model in config.yaml"


@cache
def _announced() -> Mapping[str, date]:
    spec = importlib.util.find_spec("openai")  # does not import it
    if spec is None or spec.origin is None:
        return {}
    try:
        text = (Path(spec.origin).parent / _SDK_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    return dict(_entries(text))


def _entries(text: str) -> Iterator[tuple[str, date]]:
    for entry in _ENTRY.finditer(text):
        for name in _NAME.findall(entry[1]):
            yield name, date.fromisoformat(entry[2])


def _as_date(value: object) -> date | None:
    """The date in a field: ISO 8601, Unix time, or an object with one of them."""
    if isinstance(value, Mapping):
        inner = (_as_date(value.get(name)) for name in _INNER)
        return next((each for each in inner if each is not None), None)
    if isinstance(value, int) and not isinstance(value, bool):
        seconds = value // 1000 if value // 1000 in _SECONDS else value
        return datetime.fromtimestamp(seconds, UTC).date() if seconds in _SECONDS else None
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None

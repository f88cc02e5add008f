"""Learns from refusals how an endpoint wants to be asked, and remembers it per endpoint and model.

Compatible servers differ in what they take: some know no JSON schema, some only the old name of the output
cap, reasoning models no temperature. Each says so by a 4xx that names the thing; ``adapted`` turns such an
answer into the dialect to ask in next. A memory keeps dialects as opaque text, so that the store which
implements it needs to know nothing of them.
"""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from generator.model.failures import ErrorBody
from generator.model.requests import CAP, OLD_CAP, Dialect

# 404: OpenRouter's "no endpoints found that can handle the requested parameters"; 500 and 501: llama.cpp
# and Ollama for a schema they cannot compile.
_REFUSING = frozenset({400, 404, 415, 422, 500, 501})

_FORMAT = re.compile(
    r"response_format|response format|json_schema|json schema|json_object|json mode|guided|structured.?output"
    r"|xgrammar|outlines|failed to parse grammar|grammar error|invalid schema|handle the requested parameters"
)
_NOT_FORMAT = re.compile(r"json_validate_failed|context.?length|content.?filter")

_UNSUPPORTED = re.compile(
    r"unsupported|not supported|does ?n[o']t support|do not support|unrecognized|unrecognised|unknown"
    r"|extra_forbidden|extra inputs|extra fields|additional properties|unexpected|not permitted|not allowed"
    r"|unsupportedparams|no such parameter|not available|only the default|deprecated|use .{0,40} instead"
)


class ModeMemory(Protocol):
    """Keeps what was learned about an endpoint, as text, for one model each."""

    def get(self, endpoint: str, model: str) -> str | None:
        """What was set last, or None."""
        ...

    def set(self, endpoint: str, model: str, dialect: str) -> None:
        """Keep it, in place of what was known."""
        ...


class ForgetfulMemory:
    """A memory that lasts as long as the object."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def get(self, endpoint: str, model: str) -> str | None:
        """What was set last, or None."""
        return self._known.get((endpoint, model))

    def set(self, endpoint: str, model: str, dialect: str) -> None:
        """Keep it, in place of what was known."""
        self._known[endpoint, model] = dialect


def adapted(dialect: Dialect, status: int, error: ErrorBody, sent: Mapping[str, Any]) -> Dialect | None:
    """The dialect to ask in after this answer, or None when the answer is no refusal of how it was asked."""
    if status not in _REFUSING:
        return None
    words = error.words
    if _UNSUPPORTED.search(words):
        changed = _without_parameter(dialect, error, sent)
        if changed is not None:
            return changed
    if "response_format" in sent and _FORMAT.search(words) and not _NOT_FORMAT.search(words):
        return dialect.step_down()
    return None


def _without_parameter(dialect: Dialect, error: ErrorBody, sent: Mapping[str, Any]) -> Dialect | None:
    named = _named(error, sent)
    if named == CAP:
        return dialect.with_cap(OLD_CAP)
    if named == OLD_CAP:
        return dialect.with_cap(CAP, refused_old=True)
    return dialect.without(named) if named is not None else None


def _named(error: ErrorBody, sent: Mapping[str, Any]) -> str | None:
    """The parameter that the error is about: its ``param``, or the first one sent that its text names."""
    candidates = [name for name in sent if name not in ("model", "messages", "response_format")]
    if error.param in candidates:
        return error.param
    if error.param and error.param.partition(".")[0] in ("messages", "model", "response_format"):
        return None
    found = []
    for name in candidates:
        match = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", error.words)
        if match:
            found.append((match.start(), name))
    return min(found)[1] if found else None

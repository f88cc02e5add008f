"""Parses a reply from the bytes of a chat completion: ignores unknown fields, requires the necessary ones.

``Reply.raw`` contains the unchanged bytes, so a reply can be stored first and parsed again later from the ledger or a
batch file. Every text except the content becomes one clean line of bounded length.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from generator.content.text import one_line
from generator.model.event_stream import completion_of, is_json_lines
from generator.model.responses_api import as_completion

# Far above the tokens of any call. A larger count is an error of the endpoint, and may not fit into a database.
MOST_TOKENS = 10**9
OFFLINE_FINGERPRINT = "offline-extractive"
"""The ``system_fingerprint`` of the offline model, in this process and as a server."""
_LINE_CHARS = 500


WrongContent = Literal["html", "empty", "stream", "text"]
"""What an answer is instead of a completion: a web page, empty, an event stream, or other text."""


class BadReply(ValueError):
    """An answer with a success status that is not a chat completion.

    ``wrong_content`` says what it is instead; None for an incomplete or invalid completion.
    """

    def __init__(self, reason: str, wrong_content: WrongContent | None = None) -> None:
        super().__init__(reason)
        self.wrong_content = wrong_content


@dataclass(frozen=True)
class Usage:
    """Tokens as the endpoint counted them.

    ``prompt_tokens`` include cached and cache-write tokens, ``completion_tokens`` include reasoning tokens.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True)
class Reply:
    """One answered call.

    Args:
        refusal: the model's refusal, None where it did not refuse.
        usage: None where the endpoint did not count the tokens.
        mode: the response mode of the request.
        output_cap: the output cap of the request, in tokens.
        raw: the body of the answer, unchanged.
        offline: whether the offline model wrote it.
    """

    content: str
    refusal: str | None
    finish_reason: str
    model: str
    request_id: str | None
    usage: Usage | None
    mode: str
    output_cap: int
    raw: bytes
    offline: bool = False

    @property
    def is_cut_off(self) -> bool:
        """Whether the output cap ended it, even if the endpoint gives ``stop`` as the reason."""
        at_cap = self.usage is not None and self.usage.completion_tokens >= self.output_cap
        return self.finish_reason == "length" or at_cap


def read_reply(
    raw: bytes,
    *,
    mode: str,
    output_cap: int,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """The reply in the body of a successful call.

    Args:
        mode, output_cap: of the request; stored in the reply.
        headers: of the answer, names in lower case.

    Raises:
        BadReply: the body is not JSON, or has no choice with a message.
    """
    data = as_completion(_object(raw))
    choice, message = _first_choice(data)
    return Reply(
        content=_text(message.get("content")),
        refusal=_line(message.get("refusal")) or None,
        finish_reason=_line(choice.get("finish_reason")),
        model=_line(data.get("model")),
        request_id=request_id(headers or {}) or _line(data.get("id")) or None,
        usage=_usage(data.get("usage")),
        mode=mode,
        output_cap=output_cap,
        raw=raw,
        offline=data.get("system_fingerprint") == OFFLINE_FINGERPRINT,
    )


def request_id(headers: Mapping[str, str]) -> str | None:
    """The id by which the operator of the endpoint can find a call; None without one."""
    names = ("x-request-id", "apim-request-id", "request-id")
    return next((found for name in names if (found := _line(headers.get(name)))), None)


def headers_of_interest(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that this program uses, names in lower case: ids, limits, Retry-After, the server's time."""
    selected = {}
    for name, value in headers.items():
        name = name.lower()
        if name.startswith(_INTERESTING):
            selected[name] = value
    return selected


_INTERESTING = (
    "x-ratelimit-",
    "x-rate-limit-",
    "ratelimit-",
    "retry-after",
    "x-request-id",
    "apim-request-id",
    "request-id",
    "openai-processing-ms",
    "content-encoding",
    "date",
)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as exc:
        data = completion_of(raw)
        if data is None:
            raise _not_json(raw) from exc
    if not isinstance(data, dict):
        raise BadReply("the reply is JSON but not an object")
    return data


_STREAM = re.compile(rb"(?:data|event|id|retry)?:")


def _not_json(raw: bytes) -> BadReply:
    """The error for bytes that are not JSON: a cut-off completion still begins like JSON, wrong content does not."""
    text = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return BadReply("the reply is empty", "empty")
    if text.startswith(b"<"):
        return BadReply(f"the reply is a web page (HTML, {len(raw)} bytes), not a chat completion", "html")
    if _STREAM.match(text) or is_json_lines(text):
        return BadReply(f"the reply is an event stream ({len(raw)} bytes), not a chat completion", "stream")
    if not text.startswith((b"{", b"[")):
        return BadReply(f"the reply is text ({len(raw)} bytes), not a chat completion", "text")
    return BadReply(f"the reply is cut off or invalid JSON ({len(raw)} bytes)")


def _first_choice(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise BadReply("the reply contains no message")
    if choice.get("finish_reason") == "error" or choice.get("error") or _is_failed(data, message):
        raise BadReply("the endpoint stopped with an error while answering")
    return choice, message


def _is_failed(data: dict[str, Any], message: dict[str, Any]) -> bool:
    """Whether a gateway put the provider's error beside a choice without content."""
    return bool(data.get("error")) and not _text(message.get("content"))


def _text(value: object) -> str:
    """A string, or the joined text of a list of content parts, which some servers return."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_text(part.get("text")) for part in value if isinstance(part, dict))
    return ""


def _line(value: object) -> str:
    return one_line(_text(value))[:_LINE_CHARS]


def _usage(value: object) -> Usage | None:
    """The tokens of a call; None where a count is missing, because the call would otherwise look too cheap."""
    if not isinstance(value, dict):
        return None
    if not (_is_count(value.get("prompt_tokens")) and _is_count(value.get("completion_tokens"))):
        return None
    prompt = value.get("prompt_tokens_details")
    completion = value.get("completion_tokens_details")
    prompt = prompt if isinstance(prompt, dict) else {}
    completion = completion if isinstance(completion, dict) else {}
    return Usage(
        prompt_tokens=value["prompt_tokens"],
        cached_tokens=_count(prompt.get("cached_tokens")),
        cache_write_tokens=_count(prompt.get("cache_write_tokens")),
        completion_tokens=value["completion_tokens"],
        reasoning_tokens=_count(completion.get("reasoning_tokens")),
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS


def _count(value: Any) -> int:
    return value if _is_count(value) else 0

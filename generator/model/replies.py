"""A reply read from the bytes of a chat completion: lenient about extras, strict about what must be there.

The bytes are kept as they came, so a reply can be stored first and read again later (``read_reply`` takes
what the ledger or a batch file holds). Every text but the content is one clean line of bounded length.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from generator.content.text import one_line

# Far above what any call takes; a count beyond it is an error of the endpoint's, and no integer of a database.
MOST_TOKENS = 10**9
OFFLINE_FINGERPRINT = "offline-extractive"
"""By this ``system_fingerprint`` the offline model is known, also where it runs as a server of any name."""
_LINE_CHARS = 500


Instead = Literal["html", "empty", "stream", "text"]
"""What an address sends that gives no chat completions: a web page, nothing, an event stream, some other text."""


class BadReply(ValueError):
    """Bytes that are not a chat completion, although the endpoint called them a success.

    ``instead`` tells what they are where they are no part of one.
    """

    def __init__(self, reason: str, instead: Instead | None = None) -> None:
        super().__init__(reason)
        self.instead = instead


@dataclass(frozen=True)
class Usage:
    """Tokens as the endpoint counted them. Cached and cache-write tokens are part of the prompt's,
    reasoning tokens part of the completion's."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True)
class Reply:
    """One answered call. ``mode`` is the response mode it was asked in, ``offline`` whether the offline model gave it."""

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
    def cut_off(self) -> bool:
        """Whether the output cap ended it, said or unsaid: some endpoints call that ``stop``."""
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

    Raises:
        BadReply: the body is not JSON, or has no choice with a message.
    """
    data = _object(raw)
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
    """The id under which the endpoint's people can find a call."""
    names = ("x-request-id", "apim-request-id", "request-id")
    return next((found for name in names if (found := _line(headers.get(name)))), None)


def headers_of_interest(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers worth keeping, names in lower case: ids, limits, retry advice, server time."""
    kept = {}
    for name, value in headers.items():
        name = name.lower()
        if name.startswith(_INTERESTING):
            kept[name] = value
    return kept


_INTERESTING = (
    "x-ratelimit-",
    "retry-after",
    "x-request-id",
    "apim-request-id",
    "request-id",
    "openai-processing-ms",
    "date",
)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as exc:
        raise _not_json(raw) from exc
    if not isinstance(data, dict):
        raise BadReply("the reply is JSON but no object")
    return data


_STREAM = re.compile(rb"(?:data|event|id|retry)?:")


def _not_json(raw: bytes) -> BadReply:
    """A broken completion still begins as an object does; anything else is none."""
    text = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return BadReply("the reply is empty", "empty")
    if text.startswith(b"<"):
        return BadReply(f"the reply is a web page (HTML, {len(raw)} bytes), no chat completion", "html")
    if _STREAM.match(text):
        return BadReply(f"the reply is an event stream ({len(raw)} bytes), no chat completion", "stream")
    if not text.startswith((b"{", b"[")):
        return BadReply(f"the reply is text ({len(raw)} bytes), no chat completion", "text")
    return BadReply(f"the reply is cut or broken JSON ({len(raw)} bytes)")


def _first_choice(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise BadReply("the reply holds no message")
    if choice.get("finish_reason") == "error":
        raise BadReply("the endpoint broke off while answering")
    return choice, message


def _text(value: object) -> str:
    """A string, or the text of a list of content parts, as some servers return it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_text(part.get("text")) for part in value if isinstance(part, dict))
    return ""


def _line(value: object) -> str:
    return one_line(_text(value))[:_LINE_CHARS]


def _usage(value: object) -> Usage | None:
    """The tokens of a call; None where they are not counted whole, so that nobody takes it for a cheap one."""
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

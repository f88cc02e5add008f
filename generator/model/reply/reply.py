"""Parses a reply from the bytes of a chat completion: ignores unknown fields, requires the necessary ones.

``Reply.raw`` contains the unchanged bytes, so a reply can be stored first and parsed again later from the ledger or a
batch file. Every text except the content becomes one clean line of bounded length.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from generator.content.text import one_line
from generator.model.reply.envelopes import envelope_of
from generator.model.reply.event_stream import completion_of, is_json_lines
from generator.model.reply.finish_reasons import FinishMeaning, meaning_of
from generator.model.reply.texts import CONTENT, REASONING, ReplyText, refusal_of, texts_of
from generator.model.reply.usage import Usage, read_usage

OFFLINE_FINGERPRINT = "offline-extractive"
"""The ``system_fingerprint`` of the offline model, in this process and as a server."""
_LINE_CHARS = 500


WrongContent = Literal["html", "empty", "stream", "text"]
"""What an answer is instead of a completion: a web page, empty, an event stream, or other text."""


class BadReply(ValueError):
    """An answer with a success status that is not a chat completion.

    ``wrong_content`` says what it is instead; None for an incomplete or invalid completion.
    """

    def __init__(
        self, reason: str, wrong_content: WrongContent | None = None, *, is_interrupted: bool = False
    ) -> None:
        super().__init__(reason)
        self.wrong_content = wrong_content
        self.is_interrupted = is_interrupted


@dataclass(frozen=True)
class Reply:
    """One answered call.

    Args:
        content: the text that is most likely the reply; empty where the message has none but reasoning.
        refusal: the model's refusal, None where it did not refuse.
        finish_reason: as the endpoint wrote it.
        usage: None where the endpoint did not count the tokens, or not credibly.
        mode: the response mode of the request.
        output_cap: the output cap of the request, in tokens.
        raw: the body of the answer, unchanged.
        offline: whether the offline model wrote it.
        place: where in the message the content is.
        others: the other texts of the message, which hold the reply on some servers.
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
    place: str = CONTENT
    others: tuple[ReplyText, ...] = ()

    @property
    def finish(self) -> FinishMeaning:
        """What the finish reason means."""
        return meaning_of(self.finish_reason)

    @property
    def is_cut_off(self) -> bool:
        """Whether the output cap ended it, even if the endpoint gives ``stop`` as the reason."""
        at_cap = self.usage is not None and self.usage.completion_tokens >= self.output_cap
        return self.finish == "length" or at_cap

    @property
    def is_only_thinking(self) -> bool:
        """Whether the model thought and wrote no answer."""
        thought = any(other.place in REASONING for other in self.others)
        return not self.content.strip() and (thought or bool(self.usage and self.usage.reasoning_tokens))

    @property
    def readings(self) -> "tuple[Reply, ...]":
        """The reply with each of its texts as the content, itself first."""
        others = (replace(self, content=other.text, place=other.place, others=()) for other in self.others)
        return (self, *others)


def read_reply(
    raw: bytes,
    *,
    mode: str,
    output_cap: int,
    headers: Mapping[str, str] | None = None,
    recorded: bool = False,
) -> Reply:
    """The reply in the body of a successful call.

    Args:
        mode, output_cap: of the request; stored in the reply.
        headers: of the answer, names in lower case.
        recorded: whether it was recorded as a reply before. It is one then, whatever its finish reason.

    Raises:
        BadReply: the body is not JSON, has no message, or the endpoint failed before the message was complete.
    """
    data = _object(raw)
    envelope = envelope_of(data)
    if envelope is None:
        raise BadReply("the reply contains no message")
    texts = texts_of(envelope.message)
    first = next((text for text in texts if text.place not in REASONING), ReplyText(CONTENT, ""))
    reply = Reply(
        content=first.text,
        refusal=_line(refusal_of(envelope.message)) or None,
        finish_reason=_line(envelope.finish_reason),
        model=_line(data.get("model")),
        request_id=request_id(headers or {}) or _line(data.get("id")) or None,
        usage=read_usage(envelope.usage, sum(len(text.text) for text in texts)),
        mode=mode,
        output_cap=output_cap,
        raw=raw,
        offline=data.get("system_fingerprint") == OFFLINE_FINGERPRINT,
        place=first.place,
        others=tuple(text for text in texts if text != first),
    )
    failed = reply.finish == "interrupted" or _reports_error(data)
    if failed and not recorded and not _is_complete(reply):
        raise BadReply(_interrupted(reply.finish_reason), is_interrupted=True)
    return reply


def _reports_error(data: Mapping[str, Any]) -> bool:
    """Whether a gateway put the provider's error beside a message or into its choice."""
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    return bool(data.get("error")) or (isinstance(choice, dict) and bool(choice.get("error")))


def _interrupted(finish_reason: str) -> str:
    said = "" if finish_reason in ("", "error", "stop") else f" ({finish_reason})"
    return f"the endpoint stopped with an error while answering{said}"


def _is_complete(reply: Reply) -> bool:
    """Whether the reply is a refusal, or one of its texts has a complete JSON object."""
    if reply.refusal:
        return True
    return any(_has_object(reading.content) for reading in reply.readings)


def _has_object(text: str) -> bool:
    try:
        json.JSONDecoder(strict=False).raw_decode(text, max(text.find("{"), 0))
    except (ValueError, RecursionError):
        return False
    return "{" in text


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


def _line(value: object) -> str:
    return one_line(value)[:_LINE_CHARS] if isinstance(value, str) else ""

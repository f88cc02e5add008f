"""Classifies failed calls: whether to retry, whether the run must end, and whether the call may have cost money.

``classify_response`` reads an HTTP answer with an error, ``classify_bad_reply`` a success that is not a completion,
``classify_exception`` a call without an answer. Endpoints word their errors differently, so statuses and codes are
checked before words. Messages are one printable line and never contain the key.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, Literal

from generator.errors import CallFailed
from generator.model.quota_errors import LONG_WAIT_SECONDS, is_exhausted
from generator.model.replies import BadReply, WrongContent, request_id

Kind = Literal["rate_limit", "transient", "timeout", "request", "filtered", "too_long", "fatal"]
RETRYABLE: frozenset[Kind] = frozenset({"rate_limit", "transient", "timeout"})

# Longer waits that an endpoint asks for are cut to this.
MAX_RETRY_AFTER_SECONDS = 120.0
_MESSAGE_CHARS = 400
_LONG_KEY_CHARS = 8
# An error message begins with its reason; after that it may repeat the request.
_REASON_CHARS = 300
# A success that is longer may contain text of the model.
_ERROR_BYTES = 1000


@dataclass(frozen=True)
class Failure:
    """Why one call failed.

    Args:
        kind: ``fatal`` failures affect every further call; ``request``, ``filtered`` and ``too_long`` affect this
            request alone; the other kinds are temporary.
        cause: a short code, stored in the ledger.
        message: one line for a person.
        retry_after_seconds: the wait that the endpoint asked for; None without one.
        billed: ``maybe`` where the endpoint may charge an answer that did not arrive.
    """

    kind: Kind
    cause: str
    message: str
    status: int | None = None
    request_id: str | None = None
    retry_after_seconds: float | None = None
    billed: Literal["no", "maybe"] = "no"

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.kind in RETRYABLE


class CallError(CallFailed):
    """One HTTP call failed; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.cause, failure.message, request_id=failure.request_id)
        self.failure = failure


@dataclass(frozen=True)
class CallTarget:
    """What was called, for messages. ``secret`` is the key, which messages must not contain."""

    endpoint: str
    model: str
    secret: str = ""


@dataclass(frozen=True)
class ErrorBody:
    """The parts of an error answer that all endpoints have in common."""

    message: str
    code: str = ""
    type: str = ""
    param: str = ""

    @property
    def words(self) -> str:
        """All parts in lower case, to search for words."""
        return f"{self.message} {self.code} {self.type} {self.param}".lower()

    def beginning(self, chars: int) -> str:
        """As ``words``, with only the first ``chars`` characters of the message."""
        return f"{self.message[:chars]} {self.code} {self.type} {self.param}".lower()

    @classmethod
    def read(cls, body: bytes) -> "ErrorBody":
        """Read the formats of OpenAI, vLLM, FastAPI, Google and Azure, plain text and HTML. Never raises."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            text = re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", body.decode(errors="replace"), flags=re.S)
            return cls(message=text)
        if isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict):
            data = data[0]
        error = data.get("error", data) if isinstance(data, dict) else data
        if not isinstance(error, dict):
            return cls(message=_flat(error))
        inner = error.get("innererror") or error.get("inner_error")
        code = [error.get("code"), inner.get("code") if isinstance(inner, dict) else None]
        message = next((error[key] for key in ("message", "detail", "msg") if error.get(key)), error)
        return cls(
            message=_flat(message),
            code=" ".join(str(part) for part in code if part is not None),
            type=str(error.get("type") or ""),
            param=str(error.get("param") or ""),
        )


def classify_response(status: int, headers: Mapping[str, str], body: bytes, target: CallTarget) -> Failure:
    """The failure that an HTTP error answer reports. Header names are in lower case."""
    error = ErrorBody.read(body)
    kind, cause = _kind_and_cause(status, error, body)
    wait = requested_wait(headers)
    if kind == "rate_limit" and wait is not None and wait >= LONG_WAIT_SECONDS:
        kind, cause = "fatal", "quota-exhausted"
    message = _explain(cause, error, target) or f"HTTP {status} from {target.endpoint}"
    if cause == "quota-exhausted" and wait is not None and wait >= LONG_WAIT_SECONDS:
        message += f"; it asks to wait {wait / 3600:.0f} h"
    return Failure(
        kind=kind,
        cause=cause,
        message=message,
        status=status,
        request_id=request_id(headers),
        retry_after_seconds=retry_after(headers) if kind in RETRYABLE else None,
        billed="maybe" if cause in _MAYBE_BILLED else "no",
    )


def embedded_status(body: bytes) -> int | None:
    """The HTTP status of an error that a gateway sent with a success status; 402 where the error is missing credit."""
    error = ErrorBody.read(body)
    code = error.code.strip()
    if b'"error"' in body and code.isdecimal() and 400 <= int(code) <= 599:
        return int(code)
    text = body.decode(errors="replace")
    is_error = b'"choices"' not in body and len(body) < _ERROR_BYTES and text.lstrip().startswith(("{", "["))
    return 402 if is_error and is_exhausted(200, error.message, f"{error.code} {error.type}", text) else None


def classify_bad_reply(
    error: BadReply,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    target: CallTarget,
    *,
    answered: bool = True,
) -> Failure:
    """The failure of an answer with a success status that is not a completion.

    Args:
        error: why it is not a completion.
        answered: whether this endpoint has sent a completion before. If it has not, and this answer is
            something else altogether, the failure is fatal: wrong address, or a server without this protocol.
    """
    embedded = embedded_status(body)
    if embedded is not None:
        failure = classify_response(embedded, headers, body, target)
        return failure if failure.kind in ("fatal", "rate_limit") else replace(failure, billed="maybe")
    fatal = error.wrong_content is not None and not answered
    advice = f"; {_ADVICE[error.wrong_content]}" if error.wrong_content is not None and fatal else ""
    return Failure(
        kind="fatal" if fatal else "transient",
        cause="bad-reply",
        message=without_secrets(f"{target.endpoint}: {error}{advice}", target.secret),
        status=status,
        request_id=request_id(headers),
        billed="no" if error.wrong_content in ("html", "text") else "maybe",
    )


_ADVICE: Mapping[WrongContent, str] = {
    "html": "check the base URL, which usually ends in /v1",
    "text": "check the base URL, which usually ends in /v1",
    "empty": "check the base URL, which usually ends in /v1",
    "stream": "the server streams although no stream was requested; check its settings and the base URL",
}


def classify_exception(exc: BaseException, target: CallTarget) -> Failure:
    """The failure of a call that got no complete answer.

    The SDK and its transports wrap each other's exceptions, and some report a dropped connection as a timeout. So the
    first entry of ``_BY_EXCEPTION`` that matches any exception of the chain decides.
    """
    chain = _chain(exc)
    names = {base.__name__ for link in chain for base in type(link).__mro__}
    kind, cause, billed, problem = next(
        (entry for name, entry in _BY_EXCEPTION if name in names),
        ("transient", "connection-dropped", "maybe", _DROPPED),
    )
    detail = next((str(link) for link in reversed(chain) if str(link)), "")
    text = f"{problem}: {target.endpoint}" + (f" ({detail})" if detail and cause != "timeout" else "")
    return Failure(kind=kind, cause=cause, message=without_secrets(text, target.secret), billed=billed)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The wait that the endpoint asks for, in seconds, at most ``MAX_RETRY_AFTER_SECONDS``; None without one."""
    wait = requested_wait(headers)
    return None if wait is None else min(wait, MAX_RETRY_AFTER_SECONDS)


def requested_wait(headers: Mapping[str, str]) -> float | None:
    """The wait that the endpoint asks for, in seconds; None without one. A date counts from the answer's ``Date``."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) / unit
        except (KeyError, ValueError):
            continue
        if isfinite(seconds) and seconds >= 0:
            return seconds
    try:
        until = parsedate_to_datetime(headers["retry-after"])
        seconds = (until - parsedate_to_datetime(headers["date"])).total_seconds()
    except (KeyError, ValueError, TypeError):
        return None
    return max(seconds, 0.0)


def without_secrets(text: str, secret: str) -> str:
    """A text as one printable line of bounded length, without the key and without anything that looks like a key."""
    if len(secret) >= _LONG_KEY_CHARS:
        text = text.replace(secret, "[key]")
    elif secret:  # a short placeholder such as "x" may be a part of other words
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "[key]", text)
    text = _KEY.sub("[key]", text)
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= _MESSAGE_CHARS else line[: _MESSAGE_CHARS - 1] + "…"


_KEY = re.compile(r"\bsk-[\w*-]{6,}|(?<=Bearer )[^\s\"',;]+")

_NO_MODEL = re.compile(
    r"model_not_found|deploymentnotfound|invalid model|unknown model|no such model"
    r"|model\b.{0,200}?(?:does not exist|not found|not exist)|model is not found",
    re.S,
)
_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|context (?:length|window|size)|maximum input length"
    r"|prompt is too long|too many (?:input )?tokens|input is too long|reduce the length of"
)
_FILTERED = re.compile(
    r"content_filter|content filter|content_policy|content policy|content management policy"
    r"|responsibleaipolicyviolation|moderation|was flagged"
)
_MAYBE_BILLED = {"http-408", "http-502", "http-504", "http-524", "bad-reply"}


def _kind_and_cause(status: int, error: ErrorBody, body: bytes) -> tuple[Kind, str]:
    words = error.words
    labels = f"{error.code} {error.type}"
    if status == 402 or is_exhausted(status, error.message, labels, body.decode(errors="replace")):
        return "fatal", "quota-exhausted"
    if status == 429:
        return "rate_limit", "rate-limit"
    if _TOO_LONG.search(words):
        return "too_long", "too-long"
    if status in (400, 403, 422) and _FILTERED.search(words):
        return "filtered", "content-filter"
    if status in (401, 403) or "invalid_api_key" in words or "api key not valid" in words:
        return "fatal", "unauthorized"
    if status in (400, 404) and _NO_MODEL.search(error.beginning(_REASON_CHARS)):
        return "fatal", "no-such-model"
    if status in (301, 302, 303, 307, 308, 404, 405):
        return "fatal", "no-such-address"
    if "json_validate_failed" in words:  # the model's output did not fit the schema; the next output may
        return "transient", "bad-reply"
    if status in (408, 409, 425) or (status >= 500 and status != 501):
        return "transient", f"http-{status}"
    return "request", f"http-{status}"


def _explain(cause: str, error: ErrorBody, target: CallTarget) -> str:
    message = without_secrets(error.message, target.secret)
    lead = {
        "unauthorized": f"{target.endpoint} does not accept the API key",
        "quota-exhausted": f"the quota or credit at {target.endpoint} is used up",
        "no-such-model": f"{target.endpoint} has no model {target.model!r}",
        "no-such-address": f"{target.endpoint} has no /chat/completions; check the base URL",
    }.get(cause)
    if lead is None:
        return message
    return without_secrets(f"{lead} ({message})" if message else lead, target.secret)


_DROPPED = "the connection broke before the whole reply had arrived"
# By class name, so neither the SDK nor a transport must be imported. The first match counts. aiohttp's classes come
# before those of httpx2, because the SDK's transport maps several of aiohttp's to one of httpx2.
_BY_EXCEPTION: tuple[tuple[str, tuple[Kind, str, Literal["no", "maybe"], str]], ...] = (
    ("UnsupportedProtocol", ("fatal", "bad-address", "no", "the base URL cannot be called")),
    ("InvalidURL", ("fatal", "bad-address", "no", "the base URL cannot be called")),
    ("LocalProtocolError", ("fatal", "bad-address", "no", "the request cannot be sent")),
    ("SSLCertVerificationError", ("fatal", "bad-certificate", "no", "the certificate is not trusted")),
    ("ClientConnectorCertificateError", ("fatal", "bad-certificate", "no", "the certificate is not trusted")),
    ("gaierror", ("transient", "unknown-host", "no", "the host name is not known")),
    ("ClientConnectorDNSError", ("transient", "unknown-host", "no", "the host name is not known")),
    ("ConnectionTimeoutError", ("timeout", "connect-timeout", "no", "no connection in time")),
    ("ServerTimeoutError", ("timeout", "timeout", "maybe", "no reply in time from")),
    ("ConnectionRefusedError", ("transient", "connection-refused", "no", "nothing answers at")),
    ("ClientConnectorError", ("transient", "connection-refused", "no", "no connection")),
    ("ClientConnectionError", ("transient", "connection-dropped", "maybe", _DROPPED)),
    ("ConnectError", ("transient", "connection-refused", "no", "no connection")),
    ("ConnectTimeout", ("timeout", "connect-timeout", "no", "no connection in time")),
    ("PoolTimeout", ("timeout", "connect-timeout", "no", "no free connection in time")),
    ("DecodingError", ("transient", "bad-reply", "maybe", "the reply cannot be decompressed")),
    ("TimeoutException", ("timeout", "timeout", "maybe", "no reply in time from")),
    ("TimeoutError", ("timeout", "timeout", "maybe", "no reply in time from")),
)


def _chain(exc: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = exc
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links


def _flat(value: Any) -> str:
    """A message as text. FastAPI's list of ``{loc, msg}`` becomes ``loc: msg; loc: msg``."""
    if isinstance(value, list):
        return "; ".join(_flat(item) for item in value)
    if isinstance(value, dict) and "msg" in value:
        place = value.get("loc")
        return (
            f"{'.'.join(map(str, place))}: {value['msg']}" if isinstance(place, list) else str(value["msg"])
        )
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

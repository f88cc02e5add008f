"""One client for every OpenAI-compatible endpoint: OpenAI, a local server, the embedded offline model.

It goes through the official SDK's raw access, which skips the SDK's parameter and response models (about
half the time of a call), and keeps the reply's bytes. ``attempt`` makes one call and never retries: whoever
calls it counts and records each attempt. The only exception is a body that the endpoint refuses to read
(see ``dialects``): it is sent again at once in a simpler dialect, costs nothing, and is counted.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from generator.model.dialects import ForgetfulMemory, ModeMemory, adapted
from generator.model.failures import (
    CallError,
    ErrorBody,
    Failure,
    Target,
    bad_reply,
    classify_exception,
    classify_response,
)
from generator.model.replies import BadReply, Reply, headers_of_interest, read_reply
from generator.model.requests import Dialect, Mode, ModelRequest, request_body

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

OPENAI_URL = "https://api.openai.com/v1"

_CONNECT_SECONDS = 15.0
# Below the five seconds after which many servers close an idle connection, so that it is us who close it.
_KEEPALIVE_SECONDS = 4.0


class PaceKeeper(Protocol):
    """Is told what endpoints say about their limits; ``pacing.Pacer`` is one."""

    def observe(self, headers: Mapping[str, str]) -> None:
        """The headers of one answer, names in lower case."""
        ...

    def throttled(self, retry_after_seconds: float | None) -> None:
        """The endpoint answered 429."""
        ...


class ModelClient:
    """Chat completions from one endpoint, ``concurrency`` in flight at most.

    Args:
        base_url: the API's root, or None for OpenAI.
        api_key: None for servers that ask for none.
        timeout_seconds: for one whole call.
        transport: where the endpoint runs in this process (``httpx2.ASGITransport``), or a test's stand-in.
        clock: seconds, for the duration of calls.
        modes: keeps what is learned about the endpoint.
        pacer: told about every answer's headers and every 429.

    Closed by ``aclose`` or as an async context manager.
    """

    def __init__(
        self,
        *,
        base_url: str | None,
        api_key: str | None,
        timeout_seconds: float,
        concurrency: int,
        clock: Callable[[], float],
        transport: "httpx2.AsyncBaseTransport | None" = None,
        modes: ModeMemory | None = None,
        pacer: PaceKeeper | None = None,
    ) -> None:
        # Here, not above: the SDK takes half a second to import, and most commands never call a model.
        import httpx2

        self._sdk = open_sdk(
            base_url, api_key, timeout_seconds=timeout_seconds, connections=concurrency, transport=transport
        )
        self._response_type = httpx2.Response
        self._call_errors = call_errors()
        self._secret = api_key or ""
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._modes = modes or ForgetfulMemory()
        self._dialects: dict[str, Dialect] = {}
        self._pacer = pacer
        self.endpoint = endpoint_name(base_url)
        self.sent = 0
        self.step_downs: Counter[str] = Counter()

    async def attempt(self, request: ModelRequest) -> Reply:
        """One call: the reply, or why there is none.

        Raises:
            CallError: with the failure; nothing was retried.
        """
        dialect = self.dialect(request.model)
        tried = [dialect]
        while True:
            body = request_body(request, dialect.mode, dialect.quirks)
            started = self._clock()
            status, headers, raw = await self._post(body, request.model)
            if status == 200:
                return self._reply(request, dialect, raw, headers, started, len(tried) - 1)
            learned = self._learn(request.model, dialect, status, raw, body)
            if learned is None or learned in tried:
                failure = classify_response(status, headers, raw, self._target(request.model))
                raise CallError(self._told(failure))
            dialect = learned
            tried.append(dialect)

    def dialect(self, model: str) -> Dialect:
        """How this endpoint is asked for that model, as far as is known."""
        if model not in self._dialects:
            self._dialects[model] = Dialect.load(self._modes.get(self.endpoint, model))
        return self._dialects[model]

    def note_ignored(self, model: str, mode: Mode) -> None:
        """The endpoint took ``mode`` without a word and did not keep to it: ask more plainly from now on.

        In the simpler modes the schema stands in the prompt, where any model sees it.
        """
        current = self.dialect(model)
        lower = current.step_down()
        if current.mode == mode and lower is not None:
            self._remember(model, current, lower)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sdk.close()

    async def __aenter__(self) -> "ModelClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _post(self, body: dict[str, Any], model: str) -> tuple[int, dict[str, str], bytes]:
        """One HTTP exchange: status, headers of interest, body; ``CallError`` when there is no answer."""
        self.sent += 1
        try:
            # The transport's own timeout starts anew with each chunk; this one ends a trickle too.
            async with asyncio.timeout(self._timeout_seconds):
                response = await self._sdk.post("/chat/completions", cast_to=self._response_type, body=body)
        except self._call_errors as exc:
            answer = getattr(exc, "response", None)
            if not isinstance(answer, self._response_type):
                raise CallError(classify_exception(exc, self._target(model))) from exc
            response = answer
        headers = headers_of_interest(response.headers)
        if self._pacer is not None:
            self._pacer.observe(headers)
        return response.status_code, headers, response.content

    def _reply(
        self,
        request: ModelRequest,
        dialect: Dialect,
        raw: bytes,
        headers: dict[str, str],
        started: float,
        resent: int,
    ) -> Reply:
        try:
            return read_reply(
                raw,
                mode=dialect.mode,
                output_cap=request.output_cap,
                headers=headers,
                seconds=self._clock() - started,
                resent=resent,
            )
        except BadReply as exc:
            target = self._target(request.model)
            failure = bad_reply(str(exc), target, status=200, headers=headers)
            status = _status_inside(raw)
            if status is not None:
                failure = replace(classify_response(status, headers, raw, target), billed="maybe")
            raise CallError(self._told(failure)) from exc

    def _learn(
        self, model: str, asked: Dialect, status: int, raw: bytes, body: Mapping[str, Any]
    ) -> Dialect | None:
        learned = adapted(asked, status, ErrorBody.read(raw), body)
        if learned is None:
            return None
        current = self.dialect(model)
        if current != asked:  # another call in flight was refused first, and has learned for all
            return current
        self._remember(model, current, learned)
        return learned

    def _remember(self, model: str, old: Dialect, new: Dialect) -> None:
        self.step_downs[_change(old, new)] += 1
        self._dialects[model] = new
        self._modes.set(self.endpoint, model, new.dump())

    def _told(self, failure: Failure) -> Failure:
        if self._pacer is not None and failure.kind == "rate_limit":
            self._pacer.throttled(failure.retry_after_seconds)
        return failure

    def _target(self, model: str) -> Target:
        return Target(endpoint=self.endpoint, model=model, secret=self._secret)


def open_sdk(
    base_url: str | None,
    api_key: str | None,
    *,
    timeout_seconds: float,
    connections: int,
    transport: "httpx2.AsyncBaseTransport | None" = None,
) -> "AsyncOpenAI":
    """The official SDK for an endpoint, which retries nothing by itself."""
    import httpx2
    from openai import AsyncOpenAI, DefaultAioHttpClient

    timeout = httpx2.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds))
    limits = httpx2.Limits(
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=_KEEPALIVE_SECONDS,
    )
    return AsyncOpenAI(
        base_url=base_url or OPENAI_URL,
        api_key=api_key or "none",
        max_retries=0,
        timeout=timeout,
        http_client=DefaultAioHttpClient(transport=transport, limits=limits, timeout=timeout),
    )


def call_errors() -> tuple[type[Exception], ...]:
    """What a call may raise: the SDK lets some errors of the transports below it pass unwrapped."""
    import httpx2
    from aiohttp import ClientError
    from openai import OpenAIError

    return (OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, ClientError, TimeoutError, OSError)


def _status_inside(raw: bytes) -> int | None:
    """The HTTP status that a gateway wrapped, error and all, into a 200."""
    code = ErrorBody.read(raw).code.strip() if b'"error"' in raw else ""
    return int(code) if code.isdecimal() and 400 <= int(code) <= 599 else None


def _change(old: Dialect, new: Dialect) -> str:
    if old.mode != new.mode:
        return f"{old.mode} -> {new.mode}"
    if old.quirks.cap_parameter != new.quirks.cap_parameter:
        return f"{old.quirks.cap_parameter} -> {new.quirks.cap_parameter}"
    return f"without {', '.join(sorted(new.quirks.dropped - old.quirks.dropped))}"


def endpoint_name(base_url: str | None) -> str:
    """The address of an endpoint as it is shown and remembered: without credentials."""
    parts = urlsplit(base_url or OPENAI_URL)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

"""Makes one HTTP exchange with an endpoint: sends a body, returns the bytes of the answer, and never retries.

It uses the raw access of the official SDK, without the SDK's parameter and response models, which take about half the
time of a call.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit, urlunsplit

from generator.events.secrets import register_secrets, secrets_of_url
from generator.model.failures import CallError, CallTarget, classify_exception
from generator.model.reply.reply import headers_of_interest
from generator.model.requests import to_json

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

OPENAI_URL = "https://api.openai.com/v1"

_CONNECT_SECONDS = 15.0
# Many servers close idle connections after five seconds. The client must close them first, or it may use a closed one.
_KEEPALIVE_SECONDS = 4.0


class HttpAnswer(NamedTuple):
    """An HTTP answer: status, headers (see ``headers_of_interest``), body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class RequestSender(Protocol):
    """Sends one chat completion request."""

    async def post(self, body: dict[str, Any]) -> HttpAnswer:
        """Send a request body. Returns the answer, whatever its status.

        Raises:
            CallError: no complete answer arrived.
        """
        ...

    async def models(self) -> HttpAnswer:
        """Ask for the list of models. Returns and raises as :meth:`post`."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class SdkSender:
    """Sends requests from this process.

    Args:
        base_url: the API's root, or None for OpenAI.
        api_key: None for servers that need none.
        timeout_seconds: for one whole exchange.
        connections: the most open connections.
        transport: where the endpoint runs in this process (``httpx2.ASGITransport``), or a test double.
    """

    def __init__(
        self,
        *,
        base_url: str | None,
        api_key: str | None,
        timeout_seconds: float,
        connections: int,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        # Imported here, because the SDK takes half a second to import and most commands never call a model.
        import httpx2

        self._sdk = open_sdk(
            base_url, api_key, timeout_seconds=timeout_seconds, connections=connections, transport=transport
        )
        self._response_type = httpx2.Response
        self._call_errors = call_errors()
        self._timeout_seconds = timeout_seconds
        self._endpoint = endpoint_name(base_url)
        self._secret = api_key or ""

    async def post(self, body: dict[str, Any]) -> HttpAnswer:
        """See ``RequestSender``."""
        content = to_json(body)
        return await self._exchange(
            lambda: self._sdk.post("/chat/completions", cast_to=self._response_type, content=content),
            str(body["model"]),
        )

    async def models(self) -> HttpAnswer:
        """See ``RequestSender``."""
        return await self._exchange(lambda: self._sdk.get("/models", cast_to=self._response_type), "")

    async def _exchange(self, call: "Callable[[], Awaitable[httpx2.Response]]", model: str) -> HttpAnswer:
        try:
            # The transport's own timeout starts again with each chunk; this one limits the whole answer.
            async with asyncio.timeout(self._timeout_seconds):
                response = await call()
        except self._call_errors as exc:
            answer = getattr(exc, "response", None)
            if not isinstance(answer, self._response_type):
                target = CallTarget(endpoint=self._endpoint, model=model, secret=self._secret)
                raise CallError(classify_exception(exc, target)) from exc
            response = answer
        return HttpAnswer(response.status_code, headers_of_interest(response.headers), response.content)

    async def aclose(self) -> None:
        """See ``RequestSender``."""
        await self._sdk.close()


def open_sdk(
    base_url: str | None,
    api_key: str | None,
    *,
    timeout_seconds: float,
    connections: int,
    transport: "httpx2.AsyncBaseTransport | None" = None,
) -> "AsyncOpenAI":
    """A client of the official SDK for an endpoint, without the SDK's own retries; arguments as for ``SdkSender``."""
    import httpx2
    from openai import AsyncOpenAI, DefaultAioHttpClient

    register_secrets(api_key, *secrets_of_url(base_url))
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
    """The exceptions that a call may raise: the SDK's, and those of its transports that it does not wrap."""
    import httpx2
    from aiohttp import ClientError
    from openai import OpenAIError

    return (OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, ClientError, TimeoutError, OSError)


def endpoint_name(base_url: str | None) -> str:
    """The address of an endpoint for messages and the ledger: without credentials; OpenAI's for None."""
    parts = urlsplit(base_url or OPENAI_URL)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

"""One HTTP exchange with an endpoint: a body out, the answer's bytes back, or why there is none.

It goes through the official SDK's raw access, which skips the SDK's parameter and response models (about half
the time of a call), and retries nothing.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit, urlunsplit

from generator.model.errors import CallError, CallTarget, classify_exception
from generator.model.replies import headers_of_interest
from generator.model.requests import to_json

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

OPENAI_URL = "https://api.openai.com/v1"

_CONNECT_SECONDS = 15.0
# Below the five seconds after which many servers close an idle connection, so that it is us who close it.
_KEEPALIVE_SECONDS = 4.0


class HttpAnswer(NamedTuple):
    """What an endpoint sent back: the status, the headers of interest (names in lower case), the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class RequestSender(Protocol):
    """Sends one chat completion request."""

    async def post(self, body: dict[str, Any]) -> HttpAnswer:
        """The answer, whatever its status.

        Raises:
            CallError: there is none.
        """
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class SdkSender:
    """Posts from this process, over ``connections`` at most.

    Args:
        base_url: the API's root, or None for OpenAI.
        api_key: None for servers that ask for none.
        timeout_seconds: for one whole exchange.
        transport: where the endpoint runs in this process (``httpx2.ASGITransport``), or a test's stand-in.
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
        # Here, not above: the SDK takes half a second to import, and most commands never call a model.
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
        try:
            # The transport's own timeout starts anew with each chunk; this one ends a trickle too.
            async with asyncio.timeout(self._timeout_seconds):
                response = await self._sdk.post(
                    "/chat/completions", cast_to=self._response_type, content=to_json(body)
                )
        except self._call_errors as exc:
            answer = getattr(exc, "response", None)
            if not isinstance(answer, self._response_type):
                target = CallTarget(endpoint=self._endpoint, model=str(body["model"]), secret=self._secret)
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


def endpoint_name(base_url: str | None) -> str:
    """The address of an endpoint as it is shown and remembered: without credentials."""
    parts = urlsplit(base_url or OPENAI_URL)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

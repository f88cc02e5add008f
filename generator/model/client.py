"""One client for every OpenAI-compatible endpoint: OpenAI, a local server, the embedded offline model.

The reply's bytes are kept. ``attempt`` makes one call and never retries: whoever calls it counts and records
each attempt. The only exception is a body that the endpoint refuses to read (see ``dialects``): it is sent
again at once in a simpler dialect, and costs nothing.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from generator.model.endpoint_profile import ForgetfulMemory, KnownDialects, ModeMemory
from generator.model.errors import (
    CallError,
    ErrorBody,
    Failure,
    Target,
    classify_response,
    no_completion,
)
from generator.model.replies import BadReply, Reply, read_reply
from generator.model.requests import Dialect, Mode, ModelRequest, request_body
from generator.model.transport import Answer, Poster, SdkPoster, endpoint_name

if TYPE_CHECKING:
    import httpx2


class PaceKeeper(Protocol):
    """Is told what endpoints say about their limits; ``rate_limiter.Pacer`` is one."""

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
        poster: sends the requests in place of a connection of this process's own.

    Closed by ``aclose`` or as an async context manager.
    """

    def __init__(
        self,
        *,
        base_url: str | None,
        api_key: str | None,
        timeout_seconds: float,
        concurrency: int,
        transport: "httpx2.AsyncBaseTransport | None" = None,
        modes: ModeMemory | None = None,
        pacer: PaceKeeper | None = None,
        poster: Poster | None = None,
    ) -> None:
        self._poster = poster or SdkPoster(
            base_url=base_url,
            api_key=api_key,
            timeout_seconds=timeout_seconds,
            connections=concurrency,
            transport=transport,
        )
        self._secret = api_key or ""
        self._answered = False
        self._pacer = pacer
        self.endpoint = endpoint_name(base_url)
        self._dialects = KnownDialects(self.endpoint, modes or ForgetfulMemory())

    async def attempt(self, request: ModelRequest) -> Reply:
        """One call: the reply, or why there is none.

        Raises:
            CallError: with the failure; nothing was retried.
        """
        dialect = self.dialect(request.model)
        tried = [dialect]
        while True:
            body = request_body(request, dialect.mode, dialect.quirks)
            answer = await self._poster.post(body)
            if self._pacer is not None:
                self._pacer.observe(answer.headers)
            if answer.status // 100 == 2:
                return self._reply(request, dialect, answer)
            error = ErrorBody.read(answer.body)
            learned = self._dialects.refused(request.model, dialect, answer.status, error, body)
            if learned is None or learned in tried:
                failure = classify_response(*answer, self._target(request.model))
                raise CallError(self._told(failure))
            dialect = learned
            tried.append(dialect)

    def dialect(self, model: str) -> Dialect:
        """How this endpoint is asked for that model, as far as is known."""
        return self._dialects.of(model)

    def note_ignored(self, model: str, mode: Mode) -> None:
        """The endpoint took ``mode`` without a word and did not keep to it: ask more plainly from now on."""
        self._dialects.ignored(model, mode)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._poster.aclose()

    async def __aenter__(self) -> "ModelClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _reply(
        self,
        request: ModelRequest,
        dialect: Dialect,
        answer: Answer,
    ) -> Reply:
        try:
            reply = read_reply(
                answer.body,
                mode=dialect.mode,
                output_cap=request.output_cap,
                headers=answer.headers,
            )
        except BadReply as exc:
            failure = no_completion(exc, *answer, self._target(request.model), answered=self._answered)
            raise CallError(self._told(failure)) from exc
        self._answered = True
        self._dialects.replied(request.model, reply, dialect.quirks.cap_parameter)
        return reply

    def _told(self, failure: Failure) -> Failure:
        if self._pacer is not None and failure.kind == "rate_limit":
            self._pacer.throttled(failure.retry_after_seconds)
        return failure

    def _target(self, model: str) -> Target:
        return Target(endpoint=self.endpoint, model=model, secret=self._secret)

"""One client for every OpenAI-compatible endpoint: OpenAI, a local server, the embedded offline model.

The reply's bytes are kept. ``attempt`` makes one call and never retries: whoever calls it counts and records
each attempt. The only exception is a body that the endpoint refuses to read (see ``profiles``): it is sent
again at once in a simpler form, and costs nothing.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from generator.model.endpoint_profile import EndpointProfiles, InMemoryProfileStore, ProfileStore
from generator.model.errors import (
    CallError,
    CallTarget,
    ErrorBody,
    Failure,
    classify_bad_reply,
    classify_response,
)
from generator.model.replies import BadReply, Reply, read_reply
from generator.model.requests import EndpointProfile, Mode, ModelRequest, request_body
from generator.model.transport import HttpAnswer, RequestSender, SdkSender, endpoint_name

if TYPE_CHECKING:
    import httpx2


class RateObserver(Protocol):
    """Is told what endpoints say about their limits; ``rate_limiter.RateLimiter`` is one."""

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
        rate_limiter: told about every answer's headers and every 429.
        sender: sends the requests in place of a connection of this process's own.

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
        profile_store: ProfileStore | None = None,
        rate_limiter: RateObserver | None = None,
        sender: RequestSender | None = None,
    ) -> None:
        self._sender = sender or SdkSender(
            base_url=base_url,
            api_key=api_key,
            timeout_seconds=timeout_seconds,
            connections=concurrency,
            transport=transport,
        )
        self._secret = api_key or ""
        self._answered = False
        self._rate_limiter = rate_limiter
        self.endpoint = endpoint_name(base_url)
        self._profiles = EndpointProfiles(self.endpoint, profile_store or InMemoryProfileStore())

    async def attempt(self, request: ModelRequest) -> Reply:
        """One call: the reply, or why there is none.

        Raises:
            CallError: with the failure; nothing was retried.
        """
        profile = self.profile(request.model)
        tried = [profile]
        while True:
            body = request_body(request, profile.mode, profile.parameter_rules)
            answer = await self._sender.post(body)
            if self._rate_limiter is not None:
                self._rate_limiter.observe(answer.headers)
            if answer.status // 100 == 2:
                return self._reply(request, profile, answer)
            error = ErrorBody.read(answer.body)
            learned = self._profiles.learn_from_refusal(request.model, profile, answer.status, error, body)
            if learned is None or learned in tried:
                failure = classify_response(*answer, self._target(request.model))
                raise CallError(self._reported(failure))
            profile = learned
            tried.append(profile)

    def profile(self, model: str) -> EndpointProfile:
        """How this endpoint is asked for that model, as far as is known."""
        return self._profiles.of(model)

    def note_ignored(self, model: str, mode: Mode) -> None:
        """The endpoint took ``mode`` without a word and did not keep to it: ask more plainly from now on."""
        self._profiles.learn_from_ignored_mode(model, mode)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sender.aclose()

    async def __aenter__(self) -> "ModelClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _reply(
        self,
        request: ModelRequest,
        profile: EndpointProfile,
        answer: HttpAnswer,
    ) -> Reply:
        try:
            reply = read_reply(
                answer.body,
                mode=profile.mode,
                output_cap=request.output_cap,
                headers=answer.headers,
            )
        except BadReply as exc:
            failure = classify_bad_reply(exc, *answer, self._target(request.model), answered=self._answered)
            raise CallError(self._reported(failure)) from exc
        self._answered = True
        self._profiles.learn_from_reply(request.model, reply, profile.parameter_rules.cap_parameter)
        return reply

    def _reported(self, failure: Failure) -> Failure:
        if self._rate_limiter is not None and failure.kind == "rate_limit":
            self._rate_limiter.throttled(failure.retry_after_seconds)
        return failure

    def _target(self, model: str) -> CallTarget:
        return CallTarget(endpoint=self.endpoint, model=model, secret=self._secret)

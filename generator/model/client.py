"""The client of every OpenAI-compatible endpoint: OpenAI, a local server, the offline model in this process.

``attempt`` makes one call and does not retry: its caller counts and records each attempt. The one exception is a
request that the endpoint refuses because of its format or parameters (see ``endpoint_profile``): it costs nothing and
is sent again at once in a simpler form.
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
from generator.model.requests import EndpointProfile, ModelRequest, request_body
from generator.model.transport import HttpAnswer, RequestSender, SdkSender, endpoint_name

if TYPE_CHECKING:
    import httpx2


class RateObserver(Protocol):
    """Receives what an endpoint reports about its rate limits; see ``rate_limiter.RateLimiter``."""

    def observe(self, headers: Mapping[str, str]) -> None:
        """Process the headers of one answer; names in lower case."""
        ...

    def throttled(self, retry_after_seconds: float | None) -> None:
        """Process a 429 answer; ``retry_after_seconds`` is None where it asks for no wait."""
        ...


class ModelClient:
    """Chat completions from one endpoint. An async context manager, or closed by ``aclose``.

    Args:
        base_url: the API's root, or None for OpenAI.
        api_key: None for servers that need none.
        timeout_seconds: for one whole call.
        concurrency: the most calls in flight.
        transport: where the endpoint runs in this process (``httpx2.ASGITransport``), or a test double.
        profile_store: stores what is learned about the endpoint; by default only this object remembers it.
        rate_limiter: receives the headers of every answer, and every 429.
        sender: sends the requests, for example from worker processes; by default this process does.
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
        """Make one call, without retries.

        Raises:
            CallError: it failed; ``failure`` says why.
        """
        profile = self._profiles.for_call(request.model)
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
                self._report_rate_limit(failure)
                raise CallError(failure)
            profile = learned
            tried.append(profile)

    def profile(self, model: str) -> EndpointProfile:
        """The current profile of this endpoint for a model."""
        return self._profiles.of(model)

    def note_ignored(self, model: str, mode: str) -> None:
        """Learn that a reply did not follow ``mode``: later calls may use a simpler mode."""
        self._profiles.learn_from_ignored_mode(model, mode)

    def note_place(self, model: str, place: str) -> None:
        """Learn in which place of the message whole replies arrive."""
        self._profiles.learn_place(model, place)

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
            self._report_rate_limit(failure)
            raise CallError(failure) from exc
        self._answered = True
        self._profiles.learn_from_reply(request.model, reply, profile.parameter_rules.cap_parameter)
        return reply

    def _report_rate_limit(self, failure: Failure) -> None:
        """Pass a 429 on to the rate limiter; other failures are not its concern."""
        if self._rate_limiter is not None and failure.kind == "rate_limit":
            self._rate_limiter.throttled(failure.retry_after_seconds)

    def _target(self, model: str) -> CallTarget:
        return CallTarget(endpoint=self.endpoint, model=model, secret=self._secret)

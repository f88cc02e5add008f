"""The client of every OpenAI-compatible endpoint: OpenAI, a local server, the offline model in this process.

``attempt`` makes one call and does not retry: its caller counts and records each attempt. The one exception is a
request that the endpoint refuses because of its format, parameters or length (see ``refusals``): it costs nothing and
is sent again at once in a form that the endpoint accepts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from generator.model.endpoint_profile import EndpointProfiles, InMemoryProfileStore, ProfileStore
from generator.model.failures import (
    CallError,
    CallTarget,
    ErrorBody,
    Failure,
    classify_bad_reply,
    classify_response,
)
from generator.model.failures.error_body import reported_error
from generator.model.limits.context_window import (
    concerns_every_request,
    explained,
    few_tokens_counted,
    window_of_reply,
    window_problem,
)
from generator.model.model_list import model_entries, near_models
from generator.model.refusals import Refusal
from generator.model.reply.reply import BadReply, Reply, read_reply
from generator.model.requests import (
    EndpointProfile,
    ModelRequest,
    prompt_bytes,
    request_body,
    sent_cap,
)
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
        rate_limiter: receives the headers of the last answer to each request, and every 429.
        sender: sends the requests, for example from worker processes; by default this process does.

    Attributes:
        profiles: what is known of the endpoint.
        headers: those of the last answer, names in lower case.
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
        self._bad_answer = ""
        self._near: str | None = None
        self.headers: Mapping[str, str] = {}
        self._rate_limiter = rate_limiter
        self.endpoint = endpoint_name(base_url)
        self.profiles = EndpointProfiles(self.endpoint, profile_store or InMemoryProfileStore())

    async def attempt(self, request: ModelRequest) -> Reply:
        """Make one call, without retries.

        Raises:
            CallError: it failed; ``failure`` says why.
        """
        profile = self.profiles.for_call(request.model)
        tried = [profile]
        while True:
            body = request_body(request, profile.mode, profile.parameter_rules)
            answer = await self._sender.post(body)
            bad_reply: BadReply | None = None
            if answer.status // 100 == 2:
                try:
                    return self._reply(request, profile, answer)
                except BadReply as error:
                    bad_reply = error
            refusal = _refusal(request, answer, body)
            learned = None
            if refusal is not None:
                learned = self.profiles.learn_from_refusal(request.model, profile, refusal)
            if learned is None or learned in tried:
                raise CallError(self._failure(request, answer, bad_reply)) from bad_reply
            profile = learned
            tried.append(profile)

    @property
    def notes(self) -> list[str]:
        """Lines for a person about what was learned of the endpoint."""
        return self.profiles.notes

    def profile(self, model: str) -> EndpointProfile:
        """The current profile of this endpoint for a model."""
        return self.profiles.of(model)

    def note_ignored(self, model: str, mode: str) -> None:
        """Learn that a reply did not follow ``mode``: later calls may use a simpler mode."""
        self.profiles.learn_from_ignored_mode(model, mode)

    async def models(self) -> list[Mapping[str, Any]]:
        """The entries of the endpoint's list of models; costs nothing.

        Raises:
            CallError: it has no such list, or cannot be reached.
        """
        answer = await self._sender.models()
        target = CallTarget(endpoint=self.endpoint, model="", secret=self._secret)
        if answer.status != 200:
            raise CallError(classify_response(*answer, target))
        try:
            return model_entries(answer.body)
        except ValueError as error:
            message = f"{self.endpoint}: the list of models is not JSON"
            raise CallError(Failure("request", "bad-reply", message, answer.status)) from error

    async def advice_on(self, failure: Failure, model: str) -> str:
        """What to add to the message of a failure that ends a run; asks the endpoint for its models, once."""
        if failure.cause != "no-such-model":
            return ""
        if self._near is None:
            self._near = ""
            self._near = await near_models(self._sender, model)
        return self._near

    def window_problem(self, request: ModelRequest, reply: Reply) -> str:
        """Why no request like this one can have a good reply, if the token counts of its reply show it; else empty."""
        limits = self.profile(request.model).parameter_rules.limits
        seen = window_of_reply(request, reply)
        if seen is None or not concerns_every_request(limits, request):
            return ""
        cut = "; it counted no more tokens of a prompt that has more" if seen.is_prompt_cut else ""
        return window_problem(limits, request, self.endpoint) + cut

    def note_place(self, model: str, place: str) -> None:
        """Learn in which place of the message whole replies arrive."""
        self.profiles.learn_place(model, place)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sender.aclose()

    async def __aenter__(self) -> "ModelClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _reply(self, request: ModelRequest, profile: EndpointProfile, answer: HttpAnswer) -> Reply:
        """The reply in a successful answer, and learn from it. Raises BadReply."""
        reply = read_reply(
            answer.body,
            mode=profile.mode,
            output_cap=sent_cap(request, profile.parameter_rules),
            headers=answer.headers,
        )
        self._answered = True
        self._observe(answer)
        self.profiles.learn_from_reply(request.model, reply, profile.parameter_rules.cap_parameter)
        self._learn_window(request, reply)
        return reply

    def _learn_window(self, request: ModelRequest, reply: Reply) -> None:
        limits = self.profile(request.model).parameter_rules.limits
        seen = window_of_reply(request, reply)
        if seen is not None:
            counted = None if seen.is_prompt_cut or not reply.usage else reply.usage.prompt_tokens
            limits = limits.with_window(seen.tokens, prompt_bytes(request), counted)
        elif reply.usage is not None:
            self.profiles.note(few_tokens_counted(request, reply.usage.prompt_tokens))
            limits = limits.after_reply(reply.usage.prompt_tokens + reply.usage.completion_tokens)
        self.profiles.learn_limits(request.model, limits)

    def _failure(self, request: ModelRequest, answer: HttpAnswer, bad_reply: BadReply | None) -> Failure:
        """What a failed answer means, with what is known of the endpoint."""
        self._observe(answer)
        target = CallTarget(endpoint=self.endpoint, model=request.model, secret=self._secret)
        if bad_reply is None:
            failure = classify_response(*answer, target)
        else:
            failure = classify_bad_reply(bad_reply, *answer, target, answered=self._answered)
            if not bad_reply.is_interrupted:
                failure = self._judged_by_the_one_before(failure, answer)
        if failure.kind == "too_long":
            limits = self.profile(request.model).parameter_rules.limits
            failure = explained(failure, limits, request, self.endpoint)
        if self._rate_limiter is not None and failure.kind == "rate_limit":
            self._rate_limiter.throttled(failure.retry_after_seconds)
        return failure

    def _judged_by_the_one_before(self, failure: Failure, answer: HttpAnswer) -> Failure:
        """The failure, fatal where an endpoint without any completion so far gives the same bad answer again."""
        before, self._bad_answer = self._bad_answer, failure.message
        if (
            self._answered
            or failure.cause != "bad-reply"
            or failure.message != before
            or not _is_json(answer)
        ):
            return failure
        advice = "; check the base URL" if reported_error(answer.body) is None else ""
        message = (
            f"{failure.message}; the endpoint has given no other answer so far, so nothing more is asked"
        )
        return replace(failure, kind="fatal", message=message + advice)

    def _observe(self, answer: HttpAnswer) -> None:
        """Pass the headers of an answer on to the rate limiter.

        Not those of a refusal that is followed by another request at once: while the first call of a run learns how to
        ask, no other call begins.
        """
        self.headers = answer.headers
        if self._rate_limiter is not None:
            self._rate_limiter.observe(answer.headers)


def _refusal(request: ModelRequest, answer: HttpAnswer, sent: dict[str, Any]) -> Refusal | None:
    """The error of an answer; None where it has none."""
    if answer.status // 100 != 2:
        return Refusal(answer.status, ErrorBody.read(answer.body), answer.body, request, sent)
    error = reported_error(answer.body)
    return None if error is None else Refusal(error.status or 400, error, answer.body, request, sent)


def _is_json(answer: HttpAnswer) -> bool:
    return ErrorBody.read(answer.body).is_json

"""One client for every OpenAI-compatible endpoint: OpenAI, a local server, the embedded offline model.

The reply's bytes are kept. ``attempt`` makes one call and never retries: whoever calls it counts and records
each attempt. The only exception is a body that the endpoint refuses to read (see ``dialects``): it is sent
again at once in a simpler dialect, and costs nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from generator.model.dialects import ForgetfulMemory, ModeMemory, adapted
from generator.model.failures import (
    CallError,
    ErrorBody,
    Failure,
    Target,
    bad_reply,
    classify_response,
    status_inside,
)
from generator.model.posting import Answer, Poster, SdkPoster, endpoint_name
from generator.model.replies import BadReply, Reply, read_reply
from generator.model.requests import Dialect, Mode, ModelRequest, request_body

if TYPE_CHECKING:
    import httpx2


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
        self._modes = modes or ForgetfulMemory()
        self._dialects: dict[str, Dialect] = {}
        self._answered = False
        self._pacer = pacer
        self.endpoint = endpoint_name(base_url)

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
            learned = self._learn(request.model, dialect, answer, body)
            if learned is None or learned in tried:
                failure = classify_response(*answer, self._target(request.model))
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
            self._remember(model, lower)

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
            raise CallError(self._told(self._no_completion(request.model, answer, exc))) from exc
        self._answered = True
        self._note_tokens(request, dialect, reply)
        return reply

    def _no_completion(self, model: str, answer: Answer, error: BadReply) -> Failure:
        target = self._target(model)
        status = status_inside(answer.body)
        if status is None:
            return bad_reply(
                str(error),
                target,
                status=answer.status,
                headers=answer.headers,
                instead=error.instead,
                answered=self._answered,
            )
        inside = classify_response(status, answer.headers, answer.body, target)
        return inside if inside.kind in ("fatal", "rate_limit") else replace(inside, billed="maybe")

    def _note_tokens(self, request: ModelRequest, asked: Dialect, reply: Reply) -> None:
        """Learn from a reply of more tokens than its cap: they may cost as much again, and the cap was not kept."""
        if reply.usage is None or reply.usage.completion_tokens <= request.output_cap:
            return
        current = self.dialect(request.model)
        tokens = reply.usage.completion_tokens
        # Some endpoints cap what is written and count what was thought besides: they know the parameter.
        written = tokens - reply.usage.reasoning_tokens
        learned = current.beyond_cap(tokens, ignored=written > request.output_cap and current == asked)
        if learned != current or learned.most_tokens != current.most_tokens:
            self._remember(request.model, learned)

    def _learn(self, model: str, asked: Dialect, answer: Answer, body: Mapping[str, Any]) -> Dialect | None:
        learned = adapted(asked, answer.status, ErrorBody.read(answer.body), body)
        if learned is None:
            return None
        current = self.dialect(model)
        if current != asked:  # another call in flight was refused first, and has learned for all
            return current
        self._remember(model, learned)
        return learned

    def _remember(self, model: str, new: Dialect) -> None:
        new = replace(new, most_tokens=max(new.most_tokens, self.dialect(model).most_tokens))
        self._dialects[model] = new
        self._modes.set(self.endpoint, model, new.dump())

    def _told(self, failure: Failure) -> Failure:
        if self._pacer is not None and failure.kind == "rate_limit":
            self._pacer.throttled(failure.retry_after_seconds)
        return failure

    def _target(self, model: str) -> Target:
        return Target(endpoint=self.endpoint, model=model, secret=self._secret)

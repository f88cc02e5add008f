"""The client with the real SDK: replies, profiles learned from errors, failures, and broken connections."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
import pytest

from generator.model.client import ModelClient
from generator.model.endpoint_profile import InMemoryProfileStore
from generator.model.failures import CallError
from generator.model.messages import Message
from generator.model.reply.usage import Usage
from generator.model.requests import EndpointProfile, ModelRequest, ParameterRules

KEY = "sk-test-0123456789abcdef"


def request(**parameters) -> ModelRequest:
    messages = (Message(role="system", content="You write."), Message(role="user", content="Why?"))
    parameters = {"max_completion_tokens": 100} | parameters
    return ModelRequest(messages, "article_draft", {"type": "object"}, "small", parameters)


def completion(content='{"a": 1}', **changes):
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    usage = {
        "prompt_tokens": 50,
        "completion_tokens": 20,
        "total_tokens": 70,
        "prompt_tokens_details": {"cached_tokens": 30, "cache_write_tokens": 5},
        "completion_tokens_details": {"reasoning_tokens": 7},
    }
    return {"id": "c-1", "model": "small-2026", "choices": [choice], "usage": usage} | changes


class Server:
    """Answers in this process and records the bodies that it receives."""

    def __init__(self, *answers, default=None) -> None:
        self.answers = list(answers)
        self.default = default
        self.bodies: list[dict] = []
        self.headers: list[httpx2.Headers] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.bodies.append(json.loads(request.content))
        self.headers.append(request.headers)
        answer = self.answers.pop(0) if self.answers else self.default
        if callable(answer):
            answer = answer(self.bodies[-1])
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        return httpx2.Response(200, json=answer, headers={"x-request-id": "req-1"})


def refused(message, status=400, **fields):
    return httpx2.Response(status, json={"error": {"message": message, "type": "invalid"} | fields})


@asynccontextmanager
async def client_for(server=None, **options):
    defaults = {
        "base_url": "http://models.test/v1",
        "api_key": KEY,
        "timeout_seconds": 5.0,
        "concurrency": 8,
        "transport": httpx2.MockTransport(server) if server is not None else None,
    }
    async with ModelClient(**(defaults | options)) as client:
        yield client


async def failure_of(client, asked=None):
    with pytest.raises(CallError) as caught:
        await client.attempt(asked or request())
    return caught.value.failure


async def test_a_reply_contains_the_endpoint_s_fields_and_bytes():
    server = Server(completion())
    async with client_for(server) as client:
        reply = await client.attempt(request(temperature=0.2))
    assert (reply.content, reply.refusal, reply.finish_reason) == ('{"a": 1}', None, "stop")
    assert (reply.model, reply.request_id, reply.mode) == ("small-2026", "req-1", "json_schema")
    assert reply.usage == Usage(50, 30, 5, 20, 7)
    assert json.loads(reply.raw) == completion()
    assert not reply.is_cut_off
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert server.bodies[0]["temperature"] == 0.2


@pytest.mark.parametrize(("reason", "tokens"), [("length", 20), ("stop", 100)])
async def test_a_reply_is_cut_off_by_finish_reason_or_by_usage_at_the_cap(reason, tokens):
    answer = completion()
    answer["choices"][0]["finish_reason"] = reason
    answer["usage"]["completion_tokens"] = tokens
    async with client_for(Server(answer)) as client:
        assert (await client.attempt(request())).is_cut_off


async def test_refusals_lists_of_parts_and_missing_usage_are_read():
    parts = completion([{"type": "text", "text": "one "}, {"type": "text", "text": "two"}], usage=None)
    declined = completion(None)
    declined["choices"][0]["message"]["refusal"] = "I cannot."
    async with client_for(Server(parts, declined)) as client:
        reply = await client.attempt(request())
        assert (reply.content, reply.usage) == ("one two", None)
        reply = await client.attempt(request())
        assert (reply.content, reply.refusal) == ("", "I cannot.")


FORMAT_REFUSALS = [
    # OpenAI and Azure, older models; Azure, older API version; OpenRouter; DeepSeek; Groq; vLLM; llama.cpp
    (400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."),
    (
        400,
        "response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later",
    ),
    (404, "No endpoints found that can handle the requested parameters."),
    (400, "This response_format type is unavailable now"),
    (400, "This model does not support response format `json_schema`"),
    (400, "The provided JSON schema contains features not supported by xgrammar."),
    (400, "1 validation error: guided_json is not supported by this engine"),
    (500, "Failed to parse grammar"),
    (400, "litellm.UnsupportedParamsError: small does not support parameters: ['response_format']"),
    (422, "body.response_format.type: Input should be 'text' or 'json_object'"),
]


@pytest.mark.parametrize(("status", "message"), FORMAT_REFUSALS)
async def test_a_refused_response_format_is_simplified_at_once_and_stored(status, message):
    def pick(body):
        kind = body.get("response_format", {}).get("type")
        return completion() if kind != "json_schema" else refused(message, status)

    server, profile_store = Server(default=pick), InMemoryProfileStore()
    async with client_for(server, profile_store=profile_store) as client:
        reply = await client.attempt(request())
        assert (reply.mode, len(server.bodies)) == ("json_object", 2)
        assert "Reply schema: article_draft" in server.bodies[1]["messages"][0]["content"]
        await client.attempt(request())
        assert len(server.bodies) == 3
    async with client_for(server, profile_store=profile_store) as later:
        await later.attempt(request())
        assert len(server.bodies) == 4
        assert later.profile("small").mode == "json_object"
        assert later.profile("other").mode == "json_schema"


async def test_an_old_endpoint_is_learned_step_by_step():
    def picky(body):
        if "response_format" in body:
            return refused("response_format: extra inputs are not permitted", 422)
        if "max_completion_tokens" in body:
            return refused("Unrecognized request argument supplied: max_completion_tokens")
        if "temperature" in body:
            return refused(
                "Unsupported value: 'temperature' does not support 0.2 with this model.",
                code="unsupported_value",
                param="temperature",
            )
        return completion()

    server = Server(default=picky)
    async with client_for(server) as client:
        reply = await client.attempt(request(temperature=0.2, top_p=0.9))
        assert reply.mode == "plain"
        assert server.bodies[-1]["max_tokens"] == 100
        assert server.bodies[-1]["top_p"] == 0.9
        assert len(server.bodies) == 5


async def test_a_model_that_requires_the_new_cap_parameter_gets_it_again():
    profile_store = InMemoryProfileStore()
    known = json.dumps({"mode": "json_schema", "cap": "max_tokens", "dropped": []})
    profile_store.set("http://models.test/v1", "small", known)
    message = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    server = Server(refused(message, param="max_tokens", code="unsupported_parameter"), default=completion())
    async with client_for(server, profile_store=profile_store) as client:
        await client.attempt(request())
    assert server.bodies[-1]["max_completion_tokens"] == 100


async def test_endpoint_that_refuses_everything_fails_the_request_and_not_the_client():
    server = Server(
        default=lambda body: refused(
            "parameter not supported: response_format max_tokens max_completion_tokens"
        )
    )
    async with client_for(server) as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.status) == ("request", 400)
    assert len(server.bodies) <= 6


async def test_calls_refused_together_simplify_the_mode_once():
    def slow(body):
        return completion() if "response_format" not in body else refused("response_format unknown")

    server = Server(default=slow)

    async def answer(request):
        await asyncio.sleep(0.01)
        return server(request)

    class CountingMemory(InMemoryProfileStore):
        learned = 0

        def set(self, endpoint, model, profile):
            self.learned += 1
            super().set(endpoint, model, profile)

    profile_store = CountingMemory()
    async with client_for(answer, profile_store=profile_store) as client:
        replies = await asyncio.gather(*(client.attempt(request()) for _ in range(8)))
    assert {reply.mode for reply in replies} == {"plain"}
    assert (profile_store.learned, len(server.bodies)) == (2, 24)


async def test_a_simpler_mode_is_stored_once_a_reply_shows_that_it_helps():
    profile_store = InMemoryProfileStore()
    for answer, mode in ((completion("null"), "json_schema"), (completion(), "plain")):
        async with client_for(Server(default=answer), profile_store=profile_store) as client:
            client.note_ignored("small", "json_schema")
            client.note_ignored("small", "json_object")
            assert (await client.attempt(request())).mode == "plain"
        async with client_for(Server(default=completion()), profile_store=profile_store) as later:
            assert later.profile("small").mode == mode


async def test_rules_learned_during_the_trial_of_a_mode_are_stored_without_the_mode():
    profile_store, server = (
        InMemoryProfileStore(),
        Server(refused("Unknown parameter: 'seed'"), completion("null")),
    )
    async with client_for(server, profile_store=profile_store) as client:
        client.note_ignored("small", "json_schema")
        await client.attempt(request(seed=1))
    known = EndpointProfile.load(profile_store.get("http://models.test/v1", "small"))
    assert known == EndpointProfile("json_schema", ParameterRules(dropped=frozenset({"seed"})))


async def test_an_ignored_response_format_is_learned_once():
    async with client_for(Server(default=completion())) as client:
        for _ in range(3):
            client.note_ignored("small", "json_schema")
        assert (await client.attempt(request())).mode == "json_object"
        client.note_ignored("small", "json_object")
        client.note_ignored("small", "plain")
        assert (await client.attempt(request())).mode == "plain"


@pytest.mark.parametrize(
    ("message", "fields", "kind"),
    [
        ("max_tokens is too large: the model's maximum context length is 1024", {}, "too_long"),
        ("Invalid value for max_completion_tokens: must be positive", {}, "request"),
        ("filtered", {"code": "content_filter"}, "filtered"),
        ("Unsupported value: 'messages[0].role'", {"param": "messages[0].role"}, "request"),
    ],
)
async def test_other_errors_do_not_change_the_profile(message, fields, kind):
    server = Server(refused(message, **fields))
    async with client_for(server) as client:
        assert (await failure_of(client)).kind == kind
        assert len(server.bodies) == 1


BAD_REPLIES = [b'{"choices": [{"mess', b"[]", b'{"choices": []}', b"null", b' \n{"id": "c-1", "cho']


@pytest.mark.parametrize("body", BAD_REPLIES)
async def test_a_success_that_is_not_a_completion_is_a_bad_reply_that_may_be_billed(body):
    async with client_for(Server(httpx2.Response(200, content=body))) as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.cause, failure.billed) == ("transient", "bad-reply", "maybe")


STREAM = b'data: {"choices": [{"delta": {"content": "a"}}]}\n\ndata: [DONE]\n\n'
NO_COMPLETIONS = [
    (b"<html>login</html>", "web page (HTML", "no"),
    (b"\xef\xbb\xbf\n<!DOCTYPE html><p>{}</p>", "web page (HTML", "no"),
    (b"Ollama is running", "text", "no"),
    (b"", "empty", "maybe"),
    (b" \n", "empty", "maybe"),
    (STREAM, "event stream", "maybe"),
    (b": processing\n\n" + STREAM, "event stream", "maybe"),
    (b"event: message\n" + STREAM, "event stream", "maybe"),
]


@pytest.mark.parametrize(("body", "words", "billed"), NO_COMPLETIONS)
async def test_an_address_that_gives_no_completions_ends_the_run_and_says_what_it_sent(body, words, billed):
    async with client_for(Server(httpx2.Response(200, content=body))) as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.cause, failure.billed) == ("fatal", "bad-reply", billed)
    assert words in failure.message
    assert "base URL" in failure.message


@pytest.mark.parametrize(("body", "words", "billed"), NO_COMPLETIONS)
async def test_wrong_content_after_a_completion_is_temporary(body, words, billed):
    server = Server(completion(), httpx2.Response(200, content=body), completion())
    async with client_for(server) as client:
        await client.attempt(request())
        failure = await failure_of(client)
        assert (failure.kind, failure.billed) == ("transient", billed)
        assert (await client.attempt(request())).content


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ({"error": {"message": "Insufficient credits", "code": 402}}, "quota-exhausted"),
        (
            {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
            "quota-exhausted",
        ),
        ({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, "quota-exhausted"),
        ({"response": "Once the credit limit is exceeded, the bank asks for a fee. " * 20}, "bad-reply"),
    ],
)
async def test_missing_credit_in_a_successful_response_is_recognised_by_its_words(body, cause):
    async with client_for(Server(body)) as client:
        failure = await failure_of(client)
    assert (failure.cause, failure.billed) == (cause, "no" if cause == "quota-exhausted" else "maybe")


async def test_any_2xx_with_a_completion_is_a_reply():
    async with client_for(Server(httpx2.Response(201, json=completion()))) as client:
        assert (await client.attempt(request())).content == '{"a": 1}'


def beyond(tokens, **details):
    answer = completion()
    answer["usage"] |= {"completion_tokens": tokens, "completion_tokens_details": details}
    return answer


async def test_an_endpoint_that_ignores_the_cap_gets_its_old_name():
    profile_store, server = InMemoryProfileStore(), Server(beyond(150), beyond(300), default=completion())
    async with client_for(server, profile_store=profile_store) as client:
        for _ in range(3):
            await client.attempt(request())
        assert client.profile("small").most_tokens == 300
        assert client.profile("other").most_tokens == 0
    async with client_for(server, profile_store=profile_store) as later:
        await later.attempt(request())
        assert later.profile("small").most_tokens == 300
    caps = [sorted({"max_tokens", "max_completion_tokens"} & body.keys()) for body in server.bodies]
    assert caps == [["max_completion_tokens"], ["max_tokens"], ["max_tokens"], ["max_tokens"]]


async def test_an_endpoint_that_ignores_one_name_of_the_cap_and_refuses_the_other_is_asked_with_the_other_once():
    def answer(body):
        if "max_tokens" in body:
            return refused("Unsupported parameter: 'max_tokens' is not supported.", param="max_tokens")
        return beyond(150)

    profile_store, server = InMemoryProfileStore(), Server(default=answer)
    for _ in range(2):
        async with client_for(server, profile_store=profile_store) as client:
            await asyncio.gather(*(client.attempt(request()) for _ in range(4)))
            await client.attempt(request())
    assert sum("max_tokens" in body for body in server.bodies) == 1


async def test_an_old_name_that_the_endpoint_knows_again_can_be_sent_again():
    profile_store = InMemoryProfileStore()
    known = EndpointProfile("json_schema", ParameterRules("max_completion_tokens", refused_old_cap=True))
    profile_store.set("http://models.test/v1", "small", known.dump())

    def answer(body):
        if "max_completion_tokens" in body:
            return refused("Unrecognized request argument supplied: max_completion_tokens")
        return completion()

    async with client_for(Server(default=answer), profile_store=profile_store) as client:
        assert (await client.attempt(request())).content
        assert client.profile("small").parameter_rules == ParameterRules("max_tokens")


async def test_reasoning_tokens_beyond_the_cap_raise_what_is_expected_but_keep_the_cap_parameter():
    server = Server(default=beyond(180, reasoning_tokens=90))
    async with client_for(server) as client:
        for _ in range(2):
            await client.attempt(request())
        assert client.profile("small").most_tokens == 180
    assert all("max_completion_tokens" in body for body in server.bodies)


async def test_replies_in_flight_together_change_the_cap_parameter_once():
    server = Server(default=lambda body: beyond(150 if "max_tokens" in body else 400))

    async def answer(request):
        await asyncio.sleep(0.01)
        return server(request)

    async with client_for(answer) as client:
        await asyncio.gather(*(client.attempt(request()) for _ in range(8)))
        profile = client.profile("small")
    assert (profile.parameter_rules.cap_parameter, profile.most_tokens) == ("max_tokens", 400)


async def most_tokens_after(*answers, profile_store=None):
    """The tokens that this run expects of the next reply after these answers, and those that a later run expects."""
    profile_store = profile_store or InMemoryProfileStore()
    async with client_for(Server(*answers), profile_store=profile_store) as client:
        for _ in answers:
            await client.attempt(request())
        now = client.profile("small").most_tokens
    async with client_for(Server(), profile_store=profile_store) as later:
        return now, later.profile("small").most_tokens


def long(tokens):
    """A reply whose text is long enough for its token count."""
    return completion("x" * tokens) | {"usage": beyond(tokens)["usage"]}


async def test_an_implausible_count_is_reserved_for_the_next_reply_and_only_its_plausible_part_by_later_runs():
    now, later = await most_tokens_after(beyond(10**8))
    assert now == 10**8
    assert later < 1000
    assert await most_tokens_after(beyond(10**8), completion()) == (0, 0)


async def test_an_implausible_count_is_believed_once_the_next_reply_confirms_it():
    assert await most_tokens_after(beyond(9000), beyond(8000)) == (8000, 8000)


async def test_an_overrun_is_forgotten_when_the_other_name_of_the_cap_works():
    assert await most_tokens_after(long(200_000)) == (200_000, 200_000)
    assert await most_tokens_after(long(200_000), completion()) == (0, 0)
    assert await most_tokens_after(long(200_000), long(5000), completion()) == (200_000, 200_000)


@pytest.mark.parametrize("refused_old_cap", [False, True])
async def test_an_overrun_is_forgotten_after_twenty_replies_in_a_row_within_their_caps(refused_old_cap):
    profile_store = InMemoryProfileStore()
    name = "max_completion_tokens" if refused_old_cap else "max_tokens"
    profile_store.set(
        "http://models.test/v1",
        "small",
        EndpointProfile(parameter_rules=ParameterRules(name, frozenset(), refused_old_cap)).dump(),
    )
    kept = [completion()] * 19
    assert await most_tokens_after(long(5000), *kept, long(300), *kept, profile_store=profile_store) == (
        5000,
        5000,
    )
    assert await most_tokens_after(*kept, completion(), profile_store=profile_store) == (0, 0)


async def test_late_replies_with_the_old_cap_parameter_do_not_count_for_the_new_one():
    waits = {"1": 0.0, "2": 0.05, "3": 0.1}
    answers = {"1": long(300), "2": completion(), "3": long(500)}

    async def answer(request):
        what = json.loads(request.content)["messages"][1]["content"]
        await asyncio.sleep(waits.get(what, 0))
        return httpx2.Response(200, json=answers.get(what, completion()))

    def asked(what):
        user = Message(role="user", content=what)
        return replace(request(), messages=(request().messages[0], user))

    async with client_for(answer) as client:
        first, within, beyond = (asyncio.create_task(client.attempt(asked(what))) for what in "123")
        await first
        assert client.profile("small").parameter_rules.cap_parameter == "max_tokens"
        await within
        assert client.profile("small").most_tokens == 300
        await client.attempt(asked("4"))
        assert client.profile("small").most_tokens == 0
        await beyond
        assert (
            client.profile("small").most_tokens,
            client.profile("small").parameter_rules.cap_parameter,
        ) == (
            500,
            "max_tokens",
        )
        await client.attempt(asked("5"))
        assert client.profile("small").most_tokens == 0


async def test_error_wrapped_in_a_200_is_unwrapped():
    wrapped = {"error": {"message": "Provider is overloaded", "code": 503}}
    async with client_for(Server(wrapped)) as client:
        failure = await failure_of(client)
    assert (failure.cause, failure.billed) == ("http-503", "maybe")


async def test_pacer_is_given_every_answer_and_every_429():
    class RecordingPacer:
        heard: list = []

        def observe(self, headers):
            self.heard.append(headers.get("x-ratelimit-remaining-requests"))

        def throttled(self, seconds):
            self.heard.append(("429", seconds))

    quota = {"X-RateLimit-Remaining-Requests": "0", "retry-after-ms": "1500"}
    server = Server(httpx2.Response(429, headers=quota), completion())
    async with client_for(server, rate_limiter=RecordingPacer()) as client:
        failure = await failure_of(client)
        await client.attempt(request())
    assert (failure.kind, failure.retry_after_seconds) == ("rate_limit", 1.5)
    assert RecordingPacer.heard == ["0", ("429", 1.5), None]


async def test_only_compressions_that_can_be_read_are_asked_for():
    server = Server(completion())
    async with client_for(server) as client:
        await client.attempt(request())
    offered = {name.strip() for name in server.headers[0]["accept-encoding"].split(",")}
    assert offered <= set(httpx2._decoders.SUPPORTED_DECODERS)


async def test_a_missing_model_names_the_models_with_names_like_it():
    def answer(request):
        if request.method == "GET":
            asked.append(str(request.url))
            return httpx2.Response(200, json={"data": [{"id": "small-2"}, {"id": "large"}, {"id": 7}, "x"]})
        return refused("The model `small` does not exist", 404, code="model_not_found")

    asked = []
    async with client_for(answer) as client:
        advice = [await client.advice_on(await failure_of(client), "small") for _ in range(2)]
    assert asked == ["http://models.test/v1/models"]
    assert advice == ["; it has small-2"] * 2


@pytest.mark.parametrize(
    "models",
    [httpx2.Response(404), httpx2.Response(200, json=[]), httpx2.Response(200, text="no"), OSError()],
)
async def test_a_list_of_models_that_cannot_be_had_changes_nothing(models):
    def answer(request):
        if request.method == "GET":
            if isinstance(models, Exception):
                raise models
            return models
        return refused("The model `small` does not exist", 404)

    async with client_for(answer) as client:
        failure = await failure_of(client)
        assert failure.cause == "no-such-model"
        assert await client.advice_on(failure, "small") == ""


async def test_the_sdk_never_retries():
    server = Server(default=httpx2.Response(503))
    async with client_for(server) as client:
        assert (await failure_of(client)).cause == "http-503"
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    ("error", "cause", "billed"),
    [
        (httpx2.ConnectError("refused"), "connection-refused", "no"),
        (httpx2.ReadError("reset"), "connection-dropped", "maybe"),
        (httpx2.RemoteProtocolError("closed"), "connection-dropped", "maybe"),
        (httpx2.ReadTimeout("late"), "timeout", "maybe"),
        (httpx2.ConnectTimeout("late"), "connect-timeout", "no"),
    ],
)
async def test_each_transport_error_has_its_own_cause(error, cause, billed):
    async with client_for(Server(error)) as client:
        failure = await failure_of(client)
    assert (failure.cause, failure.billed, failure.retryable) == (cause, billed, True)


async def test_the_endpoint_s_name_contains_no_credentials():
    async with client_for(Server(), base_url="http://me:secret@models.test/v1/") as client:
        assert client.endpoint == "http://models.test/v1"


async def test_embedded_app_is_called_without_a_port():
    async def app(scope, receive, send):
        await receive()
        start = {"type": "http.response.start", "status": 200, "headers": [(b"x-request-id", b"in")]}
        await send(start)
        await send({"type": "http.response.body", "body": json.dumps(completion()).encode()})

    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with client_for(transport=transport, api_key=None) as client:
        assert (await client.attempt(request())).request_id == "in"


@asynccontextmanager
async def port(answer):
    """A local server that reads one request per connection; ``answer(writer)`` answers or breaks the connection."""

    async def handle(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        try:
            await answer(writer)
        finally:
            writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def _drop(writer):
    writer.transport.abort()


async def _close(writer):
    writer.close()


async def _half_a_body(writer):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{")
    await writer.drain()


async def _half_a_head(writer):
    writer.write(b"HTTP/1.1 200 O")
    await writer.drain()


async def _no_http(writer):
    writer.write(b"SSH-2.0-Server\r\n\r\n")
    await writer.drain()


async def _unknown_compression(writer):
    body = b"\x8b\x02\x80 compressed"
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: %d\r\n\r\n" % len(body)
    writer.write(head + body)
    await writer.drain()


@pytest.mark.port
async def test_a_compression_that_was_not_asked_for_is_named():
    async with port(_unknown_compression) as url, client_for(base_url=url) as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.cause) == ("fatal", "bad-reply")
    assert "the reply is compressed with 'br', which was not asked for" in failure.message


async def _broken_compression(writer):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope")
    await writer.drain()


@pytest.mark.port
@pytest.mark.parametrize("answer", [_drop, _close, _half_a_body, _half_a_head, _no_http, _broken_compression])
async def test_broken_connections_are_transient_and_may_be_billed(answer):
    async with port(answer) as url, client_for(base_url=url) as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.billed) == ("transient", "maybe")
    assert failure.cause in ("connection-dropped", "bad-reply")


@pytest.mark.port
async def test_no_answer_and_an_endless_answer_are_timeouts():
    async def silent(writer):
        await asyncio.sleep(0.3)

    async def trickle(writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        for _ in range(30):
            writer.write(b" ")
            await asyncio.sleep(0.01)

    for answer in (silent, trickle):
        async with port(answer) as url, client_for(base_url=url, timeout_seconds=0.1) as client:
            failure = await failure_of(client)
            assert (failure.kind, failure.cause, failure.billed) == ("timeout", "timeout", "maybe")


@pytest.mark.port
async def test_nothing_listening_is_a_refused_connection():
    async with port(_drop) as url:
        pass
    async with client_for(base_url=url) as client:
        failure = await failure_of(client)
    assert (failure.cause, failure.billed, failure.retryable) == ("connection-refused", "no", True)
    assert url in failure.message


@pytest.mark.parametrize("url", ["models.test/v1", "ftp://models.test/v1"])
async def test_address_that_cannot_be_called_is_fatal(url):
    async with client_for(base_url=url) as client:
        assert (await failure_of(client)).kind == "fatal"


@pytest.mark.port
async def test_no_more_calls_are_in_flight_than_the_concurrency():
    waiting, all_here = 0, asyncio.Event()

    async def gather(writer):
        nonlocal waiting
        waiting += 1
        if waiting == 150:
            all_here.set()
        await all_here.wait()
        body = json.dumps(completion()).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()

    async with port(gather) as url, client_for(base_url=url, concurrency=150) as client:
        replies = await asyncio.gather(*(client.attempt(request()) for _ in range(150)))
    assert len(replies) == 150

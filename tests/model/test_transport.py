"""One exchange under the real SDK: the bytes that go out, the bytes that come back, and what is reported of failures."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx2
import pytest

from generator.model.failures import CallError
from generator.model.transport import SdkSender, endpoint_name

KEY = "quicktakes-0123456789abcdef"  # does not look like a known kind of key
BODY = {
    "model": "small",
    "messages": [{"role": "user", "content": 'Why "π"?\n\tC:\\new 🙂\u2028'}],
    "temperature": 0.2,
    "max_completion_tokens": 100,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"strict": True, "schema": {"b": 1, "a": None}},
    },
}


@asynccontextmanager
async def poster_to(answer=None, **options):
    defaults = {
        "base_url": "http://models.test/v1",
        "api_key": KEY,
        "timeout_seconds": 30.0,
        "connections": 1,
        "transport": httpx2.MockTransport(answer) if answer is not None else None,
    }
    sender = SdkSender(**(defaults | options))
    try:
        yield sender
    finally:
        await sender.aclose()


@asynccontextmanager
async def port(*answers):
    """A local server that reads one request per connection; each answer gets the writer, the head and the body."""
    waiting = list(answers)

    async def handle(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        try:
            await waiting.pop(0)(writer, head.decode(), await reader.readexactly(length))
        finally:
            writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def failure_of(sender):
    with pytest.raises(CallError) as caught:
        await sender.post(BODY)
    return caught.value.failure


@pytest.mark.port
async def test_the_body_is_sent_as_compact_json_with_the_key():
    seen = []

    async def keep(writer, head, body):
        seen.append((head, body))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        await writer.drain()

    async with port(keep) as url, poster_to(base_url=url) as sender:
        await sender.post(BODY)
    ((head, body),) = seen
    line, *rest = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in rest)}
    assert line == "POST /v1/chat/completions HTTP/1.1"
    assert body == json.dumps(BODY, ensure_ascii=False, separators=(",", ":")).encode()
    assert headers["content-type"] == "application/json"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["content-length"] == str(len(body))


@pytest.mark.parametrize(
    "status", [200, 204, 304, 400, 401, 403, 404, 408, 409, 418, 422, 429, 500, 501, 503, 529]
)
async def test_an_answer_of_any_status_comes_back_as_it_is(status):
    headers = {
        "X-Request-Id": "r-1",
        "Retry-After": "7",
        "X-RateLimit-Remaining-Requests": "0",
        "Server": "x",
    }
    data = b'{"error": {"message": "no"}}\xff'
    sent = []

    def answer(request):
        sent.append(request)
        return httpx2.Response(status, content=data, headers=headers)

    async with poster_to(answer) as sender:
        got = await sender.post(BODY)
    assert (got.status, got.body, len(sent)) == (status, data, 1)
    assert got.headers == {"x-request-id": "r-1", "retry-after": "7", "x-ratelimit-remaining-requests": "0"}


@pytest.mark.parametrize("status", [200, 503])
async def test_an_endless_answer_ends_at_the_timeout_whatever_its_status(status):
    async def trickle():
        while True:
            yield b" "
            await asyncio.sleep(0)

    async with poster_to(
        lambda _: httpx2.Response(status, content=trickle()), timeout_seconds=0.05
    ) as sender:
        failure = await failure_of(sender)
    assert (failure.kind, failure.cause, failure.billed) == ("timeout", "timeout", "maybe")


@pytest.mark.port
async def test_a_call_that_timed_out_releases_its_connection():
    over = asyncio.Event()

    async def silent(writer, *_):
        await over.wait()

    async def answer(writer, *_):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        await writer.drain()

    async with port(silent, answer) as url, poster_to(base_url=url, timeout_seconds=0.2) as sender:
        assert (await failure_of(sender)).kind == "timeout"
        assert (await sender.post(BODY)).body == b"{}"
        over.set()


async def test_a_cancelled_caller_is_not_a_failure_of_the_call():
    begun = asyncio.Event()

    async def silent(_):
        begun.set()
        await asyncio.Event().wait()

    async with poster_to(silent) as sender:
        call = asyncio.create_task(sender.post(BODY))
        await begun.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


@pytest.mark.parametrize(
    "error",
    [
        httpx2.ConnectError(f"no way with {KEY}"),
        httpx2.ReadError(f"Authorization: Bearer {KEY}"),
        httpx2.LocalProtocolError(f"Illegal header value b'Bearer {KEY}'"),
        httpx2.ReadTimeout(KEY),
        OSError(5, KEY),
    ],
)
async def test_a_failure_never_contains_the_key(error):
    def broken(_):
        raise error

    async with poster_to(broken) as sender:
        with pytest.raises(CallError) as caught:
            await sender.post(BODY)
    assert KEY not in f"{caught.value} {caught.value.failure}"
    assert "http://models.test/v1" in caught.value.failure.message


@pytest.mark.port
def test_an_endpoint_is_named_without_credentials_and_openai_by_default():
    assert endpoint_name("https://me:geheim@models.test:8000/v1/?key=1#x") == "https://models.test:8000/v1"
    assert endpoint_name(None) == "https://api.openai.com/v1"

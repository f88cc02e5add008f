"""Serves one constant, valid reply very fast, so that benchmarks measure only the client.

It supports only the HTTP/1.1 that this needs: keep-alive and content-length.
"""

import asyncio
import json
import socket
from typing import Any, cast

from generator.extractive.completions import completion
from generator.extractive.error_replies import error_body
from generator.fake_openai.statistics import Statistics

_BODIES = (
    (
        "Slow practice first",
        "A passage played slowly lets the fingers learn the right path before speed hides mistakes. Most teachers"
        " begin at half the final tempo and raise it by a few beats a minute only after three clean repetitions.",
    ),
    (
        "Short daily sessions",
        "Twenty minutes on each of five days build more skill than one long session at the weekend. Sleep between"
        " the sessions settles what was learned, so the second day begins a little above where the first one ended.",
    ),
    (
        "Small difficult parts",
        "Skilled players cut a piece into bars that cause trouble and repeat those alone. Joining the bars again,"
        " with one bar before and one bar after each of them, keeps the seams from becoming new weak places.",
    ),
    (
        "Listening to recordings",
        "A recording of one's own playing shows uneven rhythm and hurried endings that go unheard in the act."
        " Comparing it with two published versions gives a clear list of three or four things to change next time.",
    ),
    (
        "Rest for the hands",
        "Muscles and tendons need pauses of five minutes in every half hour of playing. Pain in the wrist is a"
        " sign to stop at once, since an injury of this kind may take several months to heal completely.",
    ),
)

CANNED_DRAFT: dict[str, Any] = {
    "cannot_answer": None,
    "introduction": (
        "A musical skill grows fastest through slow, regular and attentive practice on small parts of a piece."
        " The method matters more than the number of hours, and five habits explain most of the progress."
    ),
    "points": [{"heading": heading, "body": body, "passages": []} for heading, body in _BODIES],
    "conclusion": (
        "Progress on an instrument rests on attention rather than on talent alone. A player who works slowly,"
        " rests in time and listens critically to a recording every week will hear a difference within a month."
    ),
    "page_description": "Slow daily practice on small passages, honest listening and timely rest build musical skill.",
    "page_keywords": [
        "music practice",
        "slow practice",
        "daily practice",
        "musical skill",
        "instrument",
        "recording",
        "tempo",
        "rhythm",
        "wrist pain",
        "practice habits",
    ],
}
CANNED_CONTENT = json.dumps(CANNED_DRAFT)


class CannedServer:
    """Serves the constant reply.

    Args:
        latency_seconds: how long every answer takes.
    """

    def __init__(self, latency_seconds: float = 0.0) -> None:
        self.statistics = Statistics()
        self.latency_seconds = latency_seconds
        body = {"model": "canned", "messages": [{"role": "user", "content": "x" * 6000}]}
        reply = completion("canned", 0, body, CANNED_CONTENT)
        self.reply = _response(200, reply)
        self.models = _response(200, {"object": "list", "data": [{"id": "canned", "object": "model"}]})

    async def serve(self, listening: socket.socket) -> None:
        """Accept connections until the task is cancelled."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(self), sock=listening, backlog=1024)
        async with server:
            await server.serve_forever()


class _Connection(asyncio.Protocol):
    """A keep-alive connection; requests are answered in order."""

    def __init__(self, server: CannedServer) -> None:
        self._server = server
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (head_end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:head_end])
            end = head_end + 4 + _content_length(head)
            if len(self._buffer) < end:
                return
            del self._buffer[:end]
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        server = self._server
        if head.startswith(b"POST /v1/chat/completions"):
            server.statistics.begin_request()
            if server.latency_seconds:
                asyncio.get_running_loop().call_later(server.latency_seconds, self._complete)
            else:
                self._complete()
        elif head.startswith(b"GET /v1/models"):
            self._write(server.models)
        elif head.startswith((b"GET /stats", b"POST /stats/reset")):
            if head.startswith(b"POST"):
                server.statistics.reset()
            self._write(_response(200, server.statistics.as_dict()))
        else:
            self._write(_response(404, error_body("Unknown path.", "invalid_request_error")))

    def _complete(self) -> None:
        statistics = self._server.statistics
        statistics.end_request()
        whole = self._transport is not None and not self._transport.is_closing()
        self._write(self._server.reply)
        statistics.count_response(200, whole=whole)
        statistics.completed += whole

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def _content_length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    return int(lower[at + 17 :].split(b"\r\n", 1)[0])


def _response(status: int, value: dict[str, Any]) -> bytes:
    body = json.dumps(value).encode()
    reason = {200: "OK", 404: "Not Found"}[status]
    head = (
        f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        "x-request-id: req_canned\r\n\r\n"
    )
    return head.encode() + body

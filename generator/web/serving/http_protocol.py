"""The HTTP protocol of the review page's server: limits on connections that send nothing, or never finish a request.

uvicorn limits the size of headers and how long an idle connection is kept after a response. It has no limit of its own
for a client that connects and sends its headers one byte at a time.
"""

import asyncio
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from generator.web.serving.error_pages import error_page
from generator.web.serving.security_headers import HEADERS

HEADER_SECONDS = 10.0
"""So long the headers of a request may take to arrive."""
MOST_CONNECTIONS = 200
"""Further connections are closed at once, so that the process keeps file descriptors for its own files."""


class LimitedProtocol(H11Protocol):
    """An HTTP connection whose headers must arrive in time, and whose errors are pages with the security headers."""

    header_seconds = HEADER_SECONDS
    _timer: asyncio.TimerHandle | None = None
    _has_sent = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Close the connection where there are too many, else wait for its first request."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.close()
            return
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read data. The time for headers starts with the first byte of a request."""
        self._has_sent = True
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._timer is None and not self.transport.is_closing():
            self._wait_for_headers()

    def send_400_response(self, msg: str) -> None:
        """The response to bytes that are no HTTP request."""
        self._send_error(400, msg)

    def _wait_for_headers(self) -> None:
        self._timer = self.loop.call_later(self.header_seconds, self._too_late)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        self._timer = None
        if not self._has_sent:  # browsers open connections in advance, and expect no response on them
            self.transport.close()
        elif not self.transport.is_closing():
            self._send_error(408, "The headers of the request took too long to arrive.")

    def _send_error(self, status: int, text: str) -> None:
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):  # a response is on its way
            self.transport.close()
            return
        body = error_page(status, text).encode()
        headers: list[tuple[str, Any]] = [
            *HEADERS.items(),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        response = h11.Response(
            status_code=status, headers=headers, reason=HTTPStatus(status).phrase.encode()
        )
        for event in (response, h11.Data(data=body), h11.EndOfMessage()):
            data = self.conn.send(event)
            self.transport.write(data or b"")
        self.transport.close()

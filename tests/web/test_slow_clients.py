"""Clients that send slowly, send no HTTP, or open many connections, over real sockets."""

import asyncio
import socket
import threading
from contextlib import contextmanager

import pytest
import uvicorn

from generator.web.app import review_app
from generator.web.serving import http_protocol, request_body
from generator.web.serving.http_protocol import LimitedProtocol
from tests.support.visits import page_context

pytestmark = [pytest.mark.slow, pytest.mark.port]


class QuickProtocol(LimitedProtocol):
    header_seconds = 0.2


class OneSecondProtocol(LimitedProtocol):
    """Leaves a busy machine time to receive what was sent at once."""

    header_seconds = 1.0


@contextmanager
def served(visit, protocol=LimitedProtocol):
    listener = socket.create_server(("127.0.0.1", 0))
    app = review_app(page_context(visit.services, visit.access, visit.worker))
    config = uvicorn.Config(app, http=protocol, log_level="critical", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def read_all(client):
    client.settimeout(20)
    data = b""
    while part := client.recv(65536):
        data += part
    return data


def read_page(client):
    client.settimeout(20)
    data = b""
    while not data.endswith(b"</html>\n"):
        data += client.recv(65536)
    return data


def test_a_connection_without_a_request_is_closed(visiting):
    with served(visiting(), QuickProtocol) as address, socket.create_connection(address) as client:
        assert read_all(client) == b""


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\nHost: 127", b"POST /undo HTTP/1.1\r\nX: y\r\n"])
def test_headers_must_arrive_in_time(visiting, sent):
    with served(visiting(), OneSecondProtocol) as address, socket.create_connection(address) as client:
        client.sendall(sent)
        answer = read_all(client)
    assert answer.startswith(b"HTTP/1.1 408 ") and b"content-security-policy" in answer.lower()


def test_what_is_no_http_is_answered_with_the_security_headers(visiting):
    with served(visiting()) as address, socket.create_connection(address) as client:
        client.sendall(b"\x16\x03\x01 no http\r\n\r\n")
        answer = read_all(client)
    assert answer.startswith(b"HTTP/1.1 400 ") and b"x-frame-options: deny" in answer.lower()


def test_a_connection_that_is_kept_open_serves_a_second_request(visiting):
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with served(visiting()) as address, socket.create_connection(address) as client:
        for _ in range(2):
            client.sendall(request)
            assert read_page(client).startswith(b"HTTP/1.1 421 ")


def test_more_connections_than_the_limit_are_closed(visiting, monkeypatch):
    monkeypatch.setattr(http_protocol, "MOST_CONNECTIONS", 3)
    with served(visiting()) as address:
        clients = [socket.create_connection(address) for _ in range(4)]
        try:
            assert read_all(clients[3]) == b""
            clients[0].sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert read_page(clients[0]).startswith(b"HTTP/1.1 421 ")
        finally:
            for client in clients:
                client.close()


def test_a_body_must_arrive_in_time(visiting, monkeypatch):
    monkeypatch.setattr(request_body, "BODY_SECONDS", 0.2)
    visit = visiting()
    with served(visit) as address, socket.create_connection(address) as client:
        host = f"127.0.0.1:{visit.access.port}"
        headers = {
            "Host": host,
            "Origin": f"http://{host}",
            "Cookie": f"{visit.access.cookie}={visit.access.cookie_value('token-of-ada')}",
            "Content-Type": "application/json",
            "Content-Length": "100",
            "Connection": "close",
        }
        lines = ["POST /undo HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", "{"]
        client.sendall("\r\n".join(lines).encode())
        answer = read_all(client)
    assert answer.startswith(b"HTTP/1.1 408 ") and b"took too long" in answer

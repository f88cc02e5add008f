"""Serves the app on a port with uvicorn. The app gets the transport of each connection, which a fault can break."""

import asyncio
import logging
import signal
import socket
from types import FrameType
from typing import Any, NoReturn

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from generator.fake_openai.canned import CannedServer
from generator.fake_openai.service import build
from generator.fake_openai.settings import ServerSettings

GRACE_SECONDS = 5


class _TransportProtocol(H11Protocol):
    """Puts its transport into ``scope["state"]``."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def listen(host: str, port: int) -> tuple[socket.socket, str]:
    """Open a listening socket; return it and the base URL of the API. Port 0 chooses a free port.

    Raises:
        OSError: the port cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(1024)
    shown_host = f"[{host}]" if ":" in host else host
    return listening, f"http://{shown_host}:{listening.getsockname()[1]}/v1"


def exit_on_signals() -> None:
    """Make SIGTERM and SIGINT raise SystemExit (0 and 130), so that the process cleans up.

    uvicorn passes a signal to these handlers after its own shutdown.
    """
    signal.signal(signal.SIGTERM, _exit)
    signal.signal(signal.SIGINT, _exit)


def serve(listening: socket.socket, settings: ServerSettings) -> None:
    """Serve until SIGTERM or SIGINT; running requests have ``GRACE_SECONDS`` to end."""
    if settings.canned and not (settings.faults.rate or settings.rate_limit or settings.odd_answers):
        _serve_canned(listening, settings)
        return
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    config = uvicorn.Config(
        build(settings),
        http=_TransportProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        backlog=1024,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _serve_canned(listening: socket.socket, settings: ServerSettings) -> None:
    server = CannedServer(settings.latency_seconds)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve_until_signal(server, listening))


async def _serve_until_signal(server: CannedServer, listening: socket.socket) -> None:
    serving = asyncio.create_task(server.serve(listening))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    await asyncio.wait({serving})


def _exit(number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(130 if number == signal.SIGINT else 0)


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop

"""Serves the review page on a port until it is interrupted."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

import uvicorn

from generator.content.review.reviewers import Reviewer
from generator.errors import UsageError
from generator.services import Services
from generator.web.access import new_access
from generator.web.app import review_app
from generator.web.context import PageContext
from generator.web.revision_worker import RevisionWorker


def serve(
    services: Services,
    open_services: Callable[[], Services],
    *,
    host: str,
    port: int,
    reviewers: Sequence[Reviewer],
    read_only: bool,
    offline: bool,
    max_cost: float | None,
    announce: Callable[[dict[Reviewer, str]], None],
    path: str = "/",
) -> None:
    """Serve until interrupted.

    Args:
        services: the services that the pages use.
        open_services: opens the services that the revision worker uses.
        port: the port; 0 for any free one.
        reviewers: each gets a link.
        read_only: refuse all writes.
        offline: ask the offline model for revisions.
        path: of the page that the links open.
        max_cost: the most US dollars that revisions may cost together; None for no cap.
        announce: is called with the links by reviewer as soon as the server listens.

    Raises:
        UsageError: the port is in use, or the host is not an address of this machine.
    """
    listener = _listen(host, port)
    access = new_access(host, listener.getsockname()[1], list(reviewers), read_only=read_only)
    worker = RevisionWorker(open_services, offline=offline, max_cost=max_cost)
    config = uvicorn.Config(
        review_app(PageContext(services, access, worker)),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    if not read_only and services.revisions.has_unanswered():
        worker.resume()
    announce({reviewer: access.link(token, path) for token, reviewer in access.reviewers.items()})
    try:
        with suppress(KeyboardInterrupt):  # Ctrl-C ends a review; uvicorn raises it again after its shutdown
            asyncio.run(server.serve(sockets=[listener]))
    finally:
        worker.close()
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error

"""Serves the review page on a port until it is interrupted."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import uvicorn

from generator.content.review.reviewers import Reviewer
from generator.errors import UsageError
from generator.services import Services
from generator.web.access import Access, new_token
from generator.web.app import review_app
from generator.web.context import PageContext
from generator.web.revision_worker import RevisionWorker
from generator.web.serving.http_protocol import LimitedProtocol
from generator.web.serving.own_hosts import own_hosts

MOST_HEADER_BYTES = 32_768
KEEP_ALIVE_SECONDS = 15


@dataclass(frozen=True)
class PrintedLinks:
    """What a person in the shell learns about the links to a server that has just started.

    Args:
        new: the addresses of each new link by reviewer, the best one to send to others first.
        earlier: the reviewers whose earlier links are still valid, and who got no new one.
        browser: an address that signs in the first reviewer once, for the browser of this machine.
    """

    new: dict[Reviewer, list[str]]
    earlier: list[str]
    browser: str


@dataclass(frozen=True)
class ServerOptions:
    """Where the page is served, and for whom.

    Args:
        port: the port; 0 for any free one.
        reviewers: who may use the page.
        read_only: refuse all writes.
        offline: ask the offline model for revisions.
        max_cost: the most US dollars that revisions may cost together; None for no cap.
        path: of the page that the links open.
        more_links: make another link for each reviewer; else only for those without one.
        new_links: end all earlier links and sign-ins first.
        other_hosts: further host names that the server accepts, of a proxy or a tunnel.
    """

    host: str
    port: int
    reviewers: Sequence[Reviewer]
    read_only: bool = False
    offline: bool = False
    max_cost: float | None = None
    path: str = "/"
    more_links: bool = False
    new_links: bool = False
    other_hosts: Sequence[str] = ()


def serve(
    services: Services,
    open_services: Callable[[], Services],
    options: ServerOptions,
    *,
    announce: Callable[[PrintedLinks], None],
) -> None:
    """Serve until interrupted.

    Args:
        services: the services that the pages use.
        open_services: opens the services that the revision worker uses.
        announce: is called with the links as soon as the server listens.

    Raises:
        UsageError: the port is in use, or the host is not an address of this machine.
    """
    listener = _listen(options.host, options.port)
    access = Access(
        options.host,
        listener.getsockname()[1],
        tuple(options.reviewers),
        services.review_links,
        options.read_only,
        hosts=own_hosts(options.host),
        other_hosts=frozenset(name.lower() for name in options.other_hosts),
    )
    worker = RevisionWorker(open_services, offline=options.offline, max_cost=options.max_cost)
    context = PageContext(services, access, worker)
    config = uvicorn.Config(
        review_app(context),
        http=LimitedProtocol,
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    if not options.read_only and services.revisions.has_unanswered():
        worker.resume()
    announce(_links(access, options, now=services.now()))
    try:
        with suppress(KeyboardInterrupt):  # Ctrl-C ends a review; uvicorn raises it again after its shutdown
            asyncio.run(server.serve(sockets=[listener]))
    finally:
        context.close()
        worker.close()
        listener.close()


def _links(access: Access, options: ServerOptions, *, now: str) -> PrintedLinks:
    """Make the links that are missing or wanted."""
    if options.new_links:
        access.links.end_all()
    new: dict[Reviewer, list[str]] = {}
    earlier: list[str] = []
    for reviewer in options.reviewers:
        if access.links.has_link(reviewer.name) and not options.more_links:
            earlier.append(reviewer.name)
            continue
        token = new_token()
        access.links.add(token, reviewer.name, now=now)
        new[reviewer] = access.links_of(token, options.path)
    once = new_token()
    access.once[once] = options.reviewers[0].name
    return PrintedLinks(new, earlier, access.link(once, options.path))


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error

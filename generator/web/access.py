"""Who may use the review page, from where, and what no answer may do in a browser.

A page that can change files must not be driven by other pages that the same browser shows. Every request
must name this server as its host (against DNS rebinding) and carry the cookie that the printed address gave;
every write must come from our own pages and be JSON of a bounded size. Reading never writes, so nothing
else has to be guarded.
"""

import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 1_000_000

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_STRANGER = "Open the address that `generator review` printed: it lets this browser in."


@dataclass(frozen=True)
class Access:
    """Where the page is served, to whom, and whether it may change anything.

    Attributes:
        host: the name or address that was bound.
        port: the port that was bound.
        reviewers: who comes in with which token.
        read_only: refuse every write.
    """

    host: str
    port: int
    reviewers: Mapping[str, str] = field(repr=False)
    read_only: bool = False

    @property
    def cookie(self) -> str:
        """The name of the cookie: browsers keep cookies by host alone, so that two pages need two names."""
        return f"generator_review_{self.port}"

    def link(self, token: str) -> str:
        """The address that lets the holder of a token in."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", "localhost"} else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/?token={token}"

    def is_own_host(self, host_header: str) -> bool:
        """Whether a Host header names this server.

        A page on another site can be made to resolve to this machine by its name, not by an address; so
        beside the name that was bound only addresses count, on a loopback server those of the loopback.
        """
        name, _, port = host_header.rpartition(":")
        if port != str(self.port):
            return False
        if name.lower() in {"localhost", self.host.lower()}:
            return True
        try:
            address = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return address.is_loopback or not is_loopback(self.host)

    def reviewer(self, token: str | None) -> str | None:
        """Who holds a token."""
        found = None
        for known, name in self.reviewers.items():
            if token is not None and secrets.compare_digest(known.encode(), token.encode()):
                found = name
        return found


def new_access(host: str, port: int, reviewers: list[str], *, read_only: bool) -> Access:
    """A fresh token for each reviewer, good for as long as the server runs."""
    return Access(host, port, {secrets.token_urlsafe(24): name for name in reviewers}, read_only)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server bound there."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class AccessMiddleware:
    """Passes on the requests that are allowed, with the reviewer's name in ``request.state.reviewer``."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        answer = self._refusal(scope)
        if answer is not None:
            await answer(scope, receive, _with_headers(send))
            return
        await self._app(scope, _BoundedBody(receive), _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers, method = Headers(scope=scope), scope["method"]
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._access.is_own_host(hosts[0]):
            return _refused(421, "This server is not known by that name.")
        if method not in {"GET", "HEAD", "POST"}:
            return _refused(405, "That method is not used here.")
        admitted = self._admission(scope, headers) if method != "POST" else None
        if admitted is not None:
            return admitted
        reviewer = self._access.reviewer(self._cookie(headers))
        if reviewer is None:
            return _refused(401, _STRANGER)
        scope.setdefault("state", {})["reviewer"] = reviewer
        return self._write_refusal(headers, hosts[0]) if method == "POST" else None

    def _admission(self, scope: Scope, headers: Headers) -> Response | None:
        """What a visit with a token in the address gets: the cookie, and the same address without the token."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        token = dict(query).get("token")
        if token is None:
            return None
        if self._access.reviewer(token) is None:
            return _refused(401, "This address is no longer good. " + _STRANGER)
        rest = urlencode([pair for pair in query if pair[0] != "token"])
        path = "/" + scope["path"].lstrip("/\\")
        target = f"{path}?{rest}" if rest else path
        if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            answer: Response = RedirectResponse(target, status_code=303)
        else:
            # A link followed from another site: a redirect would not carry the new cookie, a step of our own does.
            answer = HTMLResponse(
                "<!doctype html><title>Review</title>", headers={"Refresh": f"0;url={target}"}
            )
        answer.set_cookie(self._access.cookie, token, httponly=True, samesite="strict", path="/")
        return answer

    def _cookie(self, headers: Headers) -> str | None:
        for header in headers.getlist("cookie"):
            try:
                found = SimpleCookie(header).get(self._access.cookie)
            except CookieError:
                continue
            if found is not None:
                return found.value
        return None

    def _write_refusal(self, headers: Headers, host: str) -> Response | None:
        origin = headers.get("origin")
        ours = (
            headers.get("sec-fetch-site") == "same-origin" if origin is None else origin == f"http://{host}"
        )
        if not ours or headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return _refused(403, "This request comes from another page.")
        if self._access.read_only:
            return _refused(403, "This page was opened with --read-only: nothing can be changed.")
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _refused(415, "Only JSON is taken.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return _refused(413, "That is more than this page takes.")
        return None


class TooLarge(Exception):
    """A body is larger than the limit, whatever its header said."""


class _BoundedBody:
    """Receives a body up to the limit."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > MAX_BODY_BYTES:
            raise TooLarge
        return message


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "private, no-cache")
        await send(message)

    return sent


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)

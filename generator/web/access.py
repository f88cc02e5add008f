"""Controls access to the review page: checks each request, and sets the security headers of each response.

The page can change files, so other pages in the same browser must not be able to use it. Each request must have this
server as its Host header (against DNS rebinding) and the cookie that the printed address sets. Each write must come
from a page of this server and be JSON of limited size. A GET request never writes, so it needs no further check.
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

from generator.content.review.reviewers import Reviewer

MAX_BODY_BYTES = 1_000_000
TOO_LARGE = "The request is too large."

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

_HOW_TO_SIGN_IN = "Open the address that `generator review` printed to sign in."


@dataclass(frozen=True)
class Access:
    """Where the page is served, who can use it, and whether it can change anything.

    Attributes:
        host: the host name or the address that the server listens on.
        port: the port that the server listens on.
        reviewers: the reviewers by token.
        read_only: whether all writes are refused.
    """

    host: str
    port: int
    reviewers: Mapping[str, Reviewer] = field(repr=False)
    read_only: bool = False

    @property
    def cookie(self) -> str:
        """The name of the cookie. It includes the port, because browsers store cookies by host without the port."""
        return f"generator_review_{self.port}"

    def link(self, token: str, path: str = "/") -> str:
        """The address that signs in the reviewer with this token, and opens the page with this path."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", "localhost"} else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}{path}?token={token}"

    def is_own_host(self, host_header: str) -> bool:
        """Whether a Host header is a name or an address of this server.

        Another site's host name can be made to resolve to this machine, but an address cannot. Therefore only the name
        that the server listens on and IP addresses are accepted; on a loopback server, only loopback addresses.
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

    def reviewer(self, token: str | None) -> Reviewer | None:
        """The reviewer with this token, or None."""
        found = None
        for known, reviewer in self.reviewers.items():
            if token is not None and secrets.compare_digest(known.encode(), token.encode()):
                found = reviewer
        return found


def new_access(host: str, port: int, reviewers: list[Reviewer], *, read_only: bool) -> Access:
    """Create a new token for each reviewer. The tokens are valid until the server stops."""
    return Access(host, port, {secrets.token_urlsafe(24): reviewer for reviewer in reviewers}, read_only)


def is_loopback(host: str) -> bool:
    """Whether a server that listens on this host can be reached only from this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class AccessMiddleware:
    """Passes allowed requests to the app, with the reviewer in ``request.state.reviewer``. Other requests are refused."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        response = self._refusal(scope)
        if response is not None:
            await response(scope, receive, _with_headers(send))
            return
        await self._app(scope, _BoundedBody(receive), _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers, method = Headers(scope=scope), scope["method"]
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._access.is_own_host(hosts[0]):
            return _refused(421, "This server does not have that host name.")
        if method not in {"GET", "HEAD", "POST"}:
            return _refused(405, "This method is not allowed.")
        sign_in = self._sign_in(scope, headers) if method != "POST" else None
        if sign_in is not None:
            return sign_in
        reviewer = self._access.reviewer(self._cookie(headers))
        if reviewer is None:
            return _refused(401, _HOW_TO_SIGN_IN)
        scope.setdefault("state", {})["reviewer"] = reviewer
        return self._write_refusal(headers, hosts[0]) if method == "POST" else None

    def _sign_in(self, scope: Scope, headers: Headers) -> Response | None:
        """The response to an address with a token: the cookie, and a redirect to the address without the token."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        token = dict(query).get("token")
        if token is None:
            return None
        if self._access.reviewer(token) is None:
            return _refused(401, "This address is no longer valid. " + _HOW_TO_SIGN_IN)
        rest = urlencode([pair for pair in query if pair[0] != "token"])
        path = "/" + scope["path"].lstrip("/\\")
        target = f"{path}?{rest}" if rest else path
        if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            response: Response = RedirectResponse(target, status_code=303)
        else:
            # After a link from another site, a redirect would not send the new SameSite cookie. A page of this
            # server that loads the target does.
            response = HTMLResponse(
                "<!doctype html><title>Review</title>", headers={"Refresh": f"0;url={target}"}
            )
        response.set_cookie(self._access.cookie, token, httponly=True, samesite="strict", path="/")
        return response

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
        is_same_origin = (
            headers.get("sec-fetch-site") == "same-origin" if origin is None else origin == f"http://{host}"
        )
        if not is_same_origin or headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return _refused(403, "This request comes from another page.")
        if self._access.read_only:
            return _refused(403, "This page was opened with --read-only: nothing can be changed.")
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _refused(415, "The request must be JSON.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return _refused(413, TOO_LARGE)
        return None


class TooLarge(Exception):
    """The body of a request is larger than the limit, whatever its Content-Length says."""


class _BoundedBody:
    """Receives the body of a request. Raises TooLarge above the limit."""

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
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "private, no-cache")
        await send(message)

    return send_with_headers


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)

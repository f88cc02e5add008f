"""Controls access to the review page: checks each request before a page sees it.

The page can change files, so other pages in the same browser must not be able to use it. Each request must have this
server as its Host header (against DNS rebinding) and the cookie that a reviewer's link sets. Each write must come from
a page of this server and be JSON of limited size. A GET request changes no draft, so it needs no further check.

Browsers send cookies to every port of a host. Another program that listens on this machine, and that the reviewer's
browser opens, therefore receives the cookie. Its value is made of the token for this port and is stored with the port:
it signs in nowhere else, neither on another port nor at another ledger, and gives no link. What no cookie can prevent is
that such a program sends it back to this very server, until ``generator review --new-links`` ends all sign-ins.
"""

import hashlib
import hmac
import ipaddress
import logging
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generator.content.review.reviewers import Reviewer
from generator.errors import StorageError
from generator.store.ledger.review.links import ReviewLinks
from generator.web.serving.error_pages import error_response
from generator.web.serving.own_hosts import is_loopback, own_hosts
from generator.web.serving.request_body import MAX_BODY_BYTES, TOO_LARGE, BoundedBody
from generator.web.serving.request_events import log_page_error, log_write
from generator.web.serving.security_headers import with_headers

MOST_PATH_CHARS = 2_000
MOST_QUERY_BYTES = 8_000
MOST_TOKEN_CHARS = 200

_SIGN_IN = (
    "Open the link that `generator review` printed for you. If you do not have it any more, `generator review --link`"
    " prints another one."
)
_OTHER_HOST = "This server does not have that host name. `generator review --allow-host NAME` allows the name of a proxy or a tunnel."
_BROKEN = "Something went wrong. The terminal in which `generator review` runs shows the error."
_ENDED = "This link is not valid on this server. "

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Access:
    """Where the page is served, who can use it, and whether it can change anything.

    Attributes:
        host: the host name or the address that the server listens on.
        port: the port that the server listens on.
        reviewers: the reviewers who may use this server.
        links: their links and sign-ins, in the ledger.
        read_only: whether all writes are refused.
        hosts: the names and addresses of the server, the best one for links first.
        other_hosts: names that a proxy or a tunnel has for this server, at any port, with and without HTTPS.
        once: the reviewers' names by the tokens of links that sign in once, for the browser of this machine.
    """

    host: str
    port: int
    reviewers: Collection[Reviewer]
    links: ReviewLinks = field(repr=False)
    read_only: bool = False
    hosts: tuple[str, ...] = ()
    other_hosts: frozenset[str] = frozenset()
    once: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def cookie(self) -> str:
        """The name of the cookie. It includes the port, because browsers store cookies by host without the port."""
        return f"generator_review_{self.port}"

    def cookie_value(self, token: str) -> str:
        """The value of the cookie that a link with this token sets. It is valid only on this port."""
        return hmac.digest(token.encode(), f"review page at port {self.port}".encode(), hashlib.sha256).hex()

    def link(self, token: str, path: str = "/") -> str:
        """The address that signs in the reviewer with this token and opens the page at ``path``, for this machine."""
        return self.links_of(token, path)[-1]

    def links_of(self, token: str, path: str = "/") -> list[str]:
        """The addresses that sign in the reviewer with this token, the best one to send to others first."""
        hosts = self.hosts or own_hosts(self.host, names=tuple, addresses=tuple)
        return [
            f"http://{f'[{host}]' if ':' in host else host}:{self.port}{path}?token={token}" for host in hosts
        ]

    def sign_in(self, token: str, *, now: str) -> str | None:
        """Sign in with the token of a link.

        Returns:
            The value of the cookie; None where the link is not valid on this server.
        """
        if len(token) > MOST_TOKEN_CHARS:
            return None
        name = self.once.pop(token, None) or self.links.reviewer_of(token)
        if name is None or self._named(name) is None:
            return None
        value = self.cookie_value(token)
        self.links.sign_in(value, name, self.port, now=now)
        return value

    def reviewer(self, cookie: str | None) -> Reviewer | None:
        """The reviewer whose cookie has this value, or None."""
        if cookie is None or len(cookie) > MOST_TOKEN_CHARS:
            return None
        name = self.links.signed_in(cookie, self.port)
        return None if name is None else self._named(name)

    def _named(self, name: str) -> Reviewer | None:
        """The reviewer of this server with this name; None if there is none."""
        return next((reviewer for reviewer in self.reviewers if reviewer.name == name), None)

    def is_own_host(self, host_header: str) -> bool:
        """Whether a Host header is a name or an address of this server.

        Another site's host name can be made to resolve to this machine, but an address cannot. Therefore only names that
        are known to be this server's and IP addresses are accepted; on a loopback server, only loopback addresses.
        """
        if self._is_other_host(host_header):
            return True
        name, _, port = host_header.rpartition(":")
        if port != str(self.port):
            return False
        if name.lower() in {"localhost", self.host.lower(), *self.hosts}:
            return True
        try:
            address = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return address.is_loopback or not is_loopback(self.host)

    def is_own_origin(self, origin: str, host_header: str) -> bool:
        """Whether an Origin header names the server that a request with this Host header goes to."""
        schemes = ("http", "https") if self._is_other_host(host_header) else ("http",)
        return origin in {f"{scheme}://{host_header}" for scheme in schemes}

    def _is_other_host(self, host_header: str) -> bool:
        if not self.other_hosts:
            return False
        try:
            return (urlsplit(f"//{host_header}").hostname or "") in self.other_hosts
        except ValueError:
            return False


def new_token() -> str:
    """A new token for a link: 192 random bits."""
    return secrets.token_urlsafe(24)


class AccessMiddleware:
    """Passes allowed requests to the app, with the reviewer in ``request.state.reviewer``. Other requests are refused.

    An error that no page handles is logged and answered with a page too.

    Args:
        now: the current time as the ledger stores it.
    """

    def __init__(self, app: ASGIApp, access: Access, now: Callable[[], str]) -> None:
        self._app = app
        self._access = access
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        is_started = False

        async def watched(message: Message) -> None:
            nonlocal is_started
            is_started = True
            log_write(scope, message)
            await send(message)

        safe_send = with_headers(watched)
        try:
            response = self._refusal(scope)
            if response is not None:
                await response(scope, receive, safe_send)
            else:
                await self._app(scope, BoundedBody(receive), safe_send)
        except Exception as error:
            _log.exception("the review page has an error")
            log_page_error(scope, error)
            if is_started:
                raise
            damaged = isinstance(error, StorageError)
            response = error_response(scope, 503 if damaged else 500, str(error) if damaged else _BROKEN)
            await response(scope, receive, safe_send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, method = Headers(scope=scope), scope["method"]
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._access.is_own_host(hosts[0]):
            return error_response(scope, 421, _OTHER_HOST)
        if method not in {"GET", "HEAD", "POST"}:
            return error_response(scope, 405, "This method is not allowed.")
        if len(scope["path"]) > MOST_PATH_CHARS or len(scope["query_string"]) > MOST_QUERY_BYTES:
            return error_response(scope, 414, "This address is too long.")
        sign_in = self._sign_in(scope, headers) if method != "POST" else None
        if sign_in is not None:
            return sign_in
        reviewer = self._access.reviewer(self._cookie(headers))
        if reviewer is None:
            return error_response(scope, 401, _SIGN_IN)
        scope.setdefault("state", {})["reviewer"] = reviewer
        return self._write_refusal(scope, headers, hosts[0]) if method == "POST" else None

    def _sign_in(self, scope: Scope, headers: Headers) -> Response | None:
        """The response to an address with a token: the cookie, and a redirect to the address without the token."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        token = dict(query).get("token")
        if token is None:
            return None
        cookie = self._access.sign_in(token, now=self._now())
        if cookie is None:
            return error_response(scope, 401, _ENDED + _SIGN_IN)
        rest = urlencode([pair for pair in query if pair[0] != "token"])
        path = quote("/" + scope["path"].lstrip("/\\"))
        target = f"{path}?{rest}" if rest else path
        if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            response: Response = RedirectResponse(target, status_code=303)
        else:
            # After a link from another site, a redirect would not send the new SameSite cookie. A page of this
            # server that loads the target does.
            response = HTMLResponse(
                "<!doctype html><title>Review</title>", headers={"Refresh": f"0;url={target}"}
            )
        response.set_cookie(self._access.cookie, cookie, httponly=True, samesite="strict", path="/")
        return response

    def _cookie(self, headers: Headers) -> str | None:
        for header in headers.getlist("cookie"):
            for pair in header.split(";"):
                name, _, value = pair.strip().partition("=")
                if name == self._access.cookie:
                    return value
        return None

    def _write_refusal(self, scope: Scope, headers: Headers, host: str) -> Response | None:
        origin = headers.get("origin")
        is_same_origin = (
            headers.get("sec-fetch-site") == "same-origin"
            if origin is None
            else self._access.is_own_origin(origin, host)
        )
        if not is_same_origin or headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return error_response(scope, 403, "This request comes from another page.")
        if self._access.read_only:
            return error_response(
                scope, 403, "This page was opened with --read-only: nothing can be changed."
            )
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return error_response(scope, 415, "The request must be JSON.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 20 or int(length) > MAX_BODY_BYTES:
            return error_response(scope, 413, TOO_LARGE)
        return None

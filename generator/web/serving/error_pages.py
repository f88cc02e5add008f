"""Errors as responses: a page that a person can read for a browser's address bar, JSON for a script."""

from html import escape
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

_PAGES = frozenset({"document", "iframe", "frame", "embed", "object"})

HEADINGS = {
    401: "You are not signed in",
    403: "Not allowed",
    404: "Not found",
    408: "Too slow",
    413: "Too large",
    414: "The address is too long",
    421: "Unknown host name",
    429: "Too many requests",
    500: "The page has an error",
}


def wants_page(scope: Scope) -> bool:
    """Whether a request is of a browser that shows the response, not of a script that reads it."""
    headers = Headers(scope=scope)
    destination = headers.get("sec-fetch-dest")
    if destination is not None:
        return destination in _PAGES
    accepted = headers.get("accept", "")
    if "text/html" in accepted or "application/json" in accepted:
        return "text/html" in accepted
    return scope["method"] != "POST" and not scope["path"].endswith(".json")


def error_response(scope: Scope, status: int, text: str) -> Response:
    """The response to a request that is refused or failed, outside of the frame of the other pages."""
    if not wants_page(scope):
        return JSONResponse({"error": text}, status_code=status)
    return HTMLResponse(error_page(status, text), status_code=status)


def heading_of(status: int) -> str:
    """What a status means, as a heading."""
    return HEADINGS.get(status) or HTTPStatus(status).phrase


def error_page(status: int, text: str) -> str:
    """A page with an error, which needs no other file: who is not signed in gets none."""
    heading = escape(heading_of(status))
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{heading} · Review</title></head>\n'
        f"<body><main><h1>{heading}</h1>\n<p>{escape(text)}</p></main></body>\n</html>\n"
    )

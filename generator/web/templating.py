"""Configures Jinja for the pages: all values are escaped, unknown names are errors; and serves the static files."""

import datetime
import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from generator.content.display import dollars, in_words, plural
from generator.web.rendering import render

STATIC_TYPES = {
    "review.css": "text/css; charset=utf-8",
    "review.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml",
}


def new_environment(now: Callable[[], str]) -> Environment:
    """The templates of this package. ``now`` returns the time in the ledger's format."""
    environment = Environment(
        loader=PackageLoader("generator.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ago"] = lambda at: ago(at, now())
    environment.filters["dollars"] = dollars
    environment.filters["plural"] = plural
    environment.filters["in_words"] = in_words
    environment.filters["markdown"] = lambda text: Markup(render(text))
    environment.globals["static"] = static_address
    return environment


@cache
def static_file(name: str) -> bytes:
    """The bytes of a static file. ``name`` is one of :data:`STATIC_TYPES`."""
    return resources.files("generator.web").joinpath("static", name).read_bytes()


@cache
def static_address(name: str) -> str:
    """The address of a static file. It contains a hash of the content, so that browsers can cache it."""
    return f"/static/{name}?{hashlib.sha256(static_file(name)).hexdigest()[:12]}"


def ago(at: str, now: str) -> str:
    """The age of a time in the ledger's format, rounded down: ``2 hours ago``."""
    try:
        seconds = (_time(now) - _time(at)).total_seconds()
    except ValueError:
        return at
    for size, unit in (
        (86400 * 365, "year"),
        (86400 * 30, "month"),
        (86400, "day"),
        (3600, "hour"),
        (60, "minute"),
    ):
        if seconds >= size:
            return f"{plural(int(seconds // size), unit)} ago"
    return "just now"


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)

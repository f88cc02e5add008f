"""Jinja as the pages use it: everything escaped, unknown names are errors, a few ways to show a value."""

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


def environment(now: Callable[[], str]) -> Environment:
    """The templates of the package. ``now`` tells the time as the ledger keeps it."""
    made = Environment(
        loader=PackageLoader("generator.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["ago"] = lambda at: ago(at, now())
    made.filters["dollars"] = dollars
    made.filters["plural"] = plural
    made.filters["in_words"] = in_words
    made.filters["markdown"] = lambda text: Markup(render(text))
    made.globals["static"] = static_address
    return made


@cache
def static_file(name: str) -> bytes:
    """A file that pages load. ``name`` is one of :data:`STATIC_TYPES`."""
    return resources.files("generator.web").joinpath("static", name).read_bytes()


@cache
def static_address(name: str) -> str:
    """Its address, which changes with its content."""
    return f"/static/{name}?{hashlib.sha256(static_file(name)).hexdigest()[:12]}"


def ago(at: str, now: str) -> str:
    """How long ago a time of the ledger was, roughly."""
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

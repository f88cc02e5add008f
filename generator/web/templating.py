"""Configures Jinja for the pages: all values are escaped, unknown names are errors; and serves the static files."""

import datetime
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from generator.content.display import dollars, in_words, plural
from generator.content.text import one_line
from generator.web.rendering.markdown import render

_STATIC_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FIRST_STYLESHEET = "review.css"


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
    environment.filters["one_line"] = one_line
    environment.filters["markdown"] = lambda text: Markup(render(text))
    environment.globals["static"] = static_address
    environment.globals["stylesheets"] = stylesheets()
    return environment


class StaticFile(NamedTuple):
    """A file that the page loads: its media type and its bytes."""

    media_type: str
    data: bytes


@cache
def static_files() -> Mapping[str, StaticFile]:
    """The static files of the page by name."""
    files = (file for file in resources.files("generator.web").joinpath("static").iterdir() if file.is_file())
    return {
        file.name: StaticFile(_STATIC_TYPES[Path(file.name).suffix], file.read_bytes())
        for file in sorted(files, key=lambda file: file.name)
    }


@cache
def static_version() -> str:
    """A hash of all static files. It is part of their addresses, so that browsers can cache them."""
    digest = hashlib.sha256()
    for name, file in static_files().items():
        digest.update(f"{name}:{len(file.data)}:".encode() + file.data)
    return digest.hexdigest()[:12]


def static_address(name: str) -> str:
    """The address of a static file. Scripts import each other relative to it."""
    return f"/static/{static_version()}/{name}"


def stylesheets() -> list[str]:
    """The names of the stylesheets, in the order in which the page loads them."""
    names = [name for name in static_files() if name.endswith(".css")]
    return sorted(names, key=lambda name: (name != _FIRST_STYLESHEET, name))


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

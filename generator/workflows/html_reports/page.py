"""Reports as one HTML file that needs no other. Values are escaped by the template."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.content.display import in_words, plural
from generator.content.text import clean
from generator.store.files import write_file

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"


def write_page(file: Path, templates: Path, name: str, *, made: str, **values: Any) -> None:
    """Render a template over ``base.html`` and write the page, without control characters.

    Args:
        templates: the folder of the template ``name``.
        made: the time as the ledger keeps it: UTC, ISO 8601.
        values: what the template shows besides ``made``.

    Raises:
        StorageError: the file cannot be written.
    """
    write_file(file.resolve(), render_page(templates, name, made=made, **values).encode())


def render_page(templates: Path, name: str, *, made: str, **values: Any) -> str:
    """The page that :func:`write_page` writes."""
    template = _environment(templates).get_template(name)
    return clean(template.render(made=made[:16].replace("T", " "), **values))


@cache
def _environment(templates: Path) -> Environment:
    from jinja2 import (
        Environment,
        FileSystemLoader,
        StrictUndefined,
    )  # slow to import; most commands write no page

    made = Environment(
        loader=FileSystemLoader([templates, _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plural"] = plural
    made.filters["in_words"] = in_words
    return made

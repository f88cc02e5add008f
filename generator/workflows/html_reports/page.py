"""Writes a report as one self-contained HTML file. The templates escape all values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.content.display import dollars, in_words, plural, short_number
from generator.content.text import clean
from generator.store.files import write_file

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"


def write_page(file: Path, templates: Path, name: str, *, created_at: str, **values: Any) -> None:
    """Render a template that extends ``base.html`` and write the page, without control characters.

    Args:
        templates: the folder of the template ``name``.
        created_at: the time in the ledger's format: UTC, ISO 8601.
        values: the template's other variables.

    Raises:
        StorageError: the file cannot be written.
    """
    write_file(file.resolve(), render_page(templates, name, created_at=created_at, **values).encode())


def render_page(templates: Path, name: str, *, created_at: str, **values: Any) -> str:
    """The HTML that :func:`write_page` writes."""
    template = _environment(templates).get_template(name)
    return clean(template.render(created_at=created_at[:16].replace("T", " "), **values))


@cache
def _environment(templates: Path) -> Environment:
    # Imported here because jinja2 is slow to import and most commands write no page.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader([templates, _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plural"] = plural
    environment.filters["dollars"] = dollars
    environment.filters["in_words"] = in_words
    environment.filters["short_number"] = short_number
    return environment

"""Reads a list of pages: one address, path or slug a line, or a table ``url,note,reporter`` of corrections.

It takes the formats and encodings of question lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content.text import clean, one_line
from generator.errors import UsageError
from generator.questions.columns import KnownNames
from generator.questions.list_formats import BadRow, RawRow, Reading, read_rows

if TYPE_CHECKING:
    from generator.workflows.rewriting.requests import PageListSource

MOST_NOTE_CHARS = 4_000
_ADDRESS = (
    "url", "urls", "address", "page", "pages", "page url", "page address", "path", "file", "slug", "link", "href",
    "adresse", "seite", "dirección", "página", "adresse web", "lien", "indirizzo", "pagina",
)  # fmt: skip
_NOTE = (
    "note", "comment", "comments", "correction", "feedback", "message", "what is wrong", "problem", "remark",
    "hinweis", "korrektur", "kommentar", "corrección", "commentaire", "correzione",
)  # fmt: skip
_REPORTER = frozenset(
    {"reporter", "reported by", "from", "sender", "name", "author", "email", "user", "melder"}
)
_NAMES = KnownNames(lambda _: False, {"question": _ADDRESS, "notes": _NOTE})


@dataclass(frozen=True)
class ListedPage:
    """A row of a list of pages.

    Args:
        names: what may name the page, in the order in which they are tried.
        note: what is to be changed; empty for nothing.
        reporter: who reported it; empty where the list does not say.
        place: where the row is, for messages.
        problem: why the row cannot be used; empty where it can.
    """

    names: tuple[str, ...]
    note: str
    reporter: str
    place: str
    problem: str = ""


def read_pages(listed: PageListSource) -> Iterator[ListedPage]:
    """The rows of a list of pages, in order.

    Raises:
        UsageError: the list cannot be read, or no column of it holds addresses.
    """
    try:
        for item in read_rows(listed.source, listed.name, _NAMES, Reading(), sheet=listed.sheet):
            yield _listed_page(item, f"{listed.name}:{item.line}")
    except UsageError as error:
        if "'question'" not in str(error) and "no question" not in str(error):
            raise
        raise UsageError(
            f"{listed.name}: is no list of pages: write one address, path or slug a line, or a table with a column"
            " 'url' (and 'note', 'reporter')"
        ) from error


def _listed_page(item: RawRow | BadRow, place: str) -> ListedPage:
    if isinstance(item, BadRow):
        return ListedPage((), "", "", place, item.reason)
    cells = {one_line(name).casefold(): value for name, value in {**item.values, **(item.kept or {})}.items()}
    written = [cells[name] for name in _ADDRESS if name in cells]
    given = [item.written, item.values.get("question"), *written]
    names = tuple(dict.fromkeys(one_line(name) for name in given if isinstance(name, str) and name.strip()))
    note = clean(str(item.values.get("notes") or "")).strip()
    reporter = next((one_line(str(cells[name])) for name in cells if name in _REPORTER and cells[name]), "")
    problem = ""
    if not names:
        problem = "names no page"
    elif len(note) > MOST_NOTE_CHARS:
        problem = f"the note has {len(note)} characters, more than {MOST_NOTE_CHARS}; shorten it"
    return ListedPage(names, note, reporter, place, problem)

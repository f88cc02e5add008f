"""Chooses the published articles that are shown to the model as examples."""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from generator.content import frontmatter
from generator.content.frontmatter import Document
from generator.content.limits import Range
from generator.content.markdown.line_breaks import decode
from generator.errors import FrontMatterError, StorageError
from generator.store.corpus.rows import ROW_COLUMNS, ArticleRow, Example
from generator.store.files import read_article

_EXAMPLES = 2
# no_index marks what was taken off the site; that the site does not list a subject says nothing against its answers.
_EXEMPLARY = "fit AND NOT no_index AND words BETWEEN ? AND ?"
_OLDEST_FIRST = "date, lot LIMIT 60"


def candidates(
    connection: sqlite3.Connection, *, subject_slug: str, words: Range, own: bool
) -> list[ArticleRow]:
    """The oldest articles of so many words, of the subject itself (``own``) or of the others.

    Those of one day come in the order of a hash of their key, so that the order stays the same while the corpus
    grows.
    """
    sql = (
        f"SELECT {ROW_COLUMNS} FROM article WHERE subject_slug {'=' if own else '<>'} ? AND {_EXEMPLARY}"
        f" ORDER BY {_OLDEST_FIRST}"
    )
    return [ArticleRow.made(row) for row in connection.execute(sql, (subject_slug, words.min, words.max))]


def choose(
    rows: Iterable[ArticleRow], content_dir: Path, is_good: Callable[[Document], bool]
) -> tuple[Example, ...]:
    """The first two of the articles whose answers are good; fewer if there are fewer."""
    chosen: list[Example] = []
    for row in rows:
        example = _example(row, content_dir, is_good)
        if example is not None:
            chosen.append(example)
        if len(chosen) == _EXAMPLES:
            break
    return tuple(chosen)


def _example(row: ArticleRow, content_dir: Path, is_good: Callable[[Document], bool]) -> Example | None:
    try:
        data = read_article(content_dir / row.path)
        document = None if data is None else frontmatter.read(data)
    except (StorageError, FrontMatterError):
        return None
    if document is None or not is_good(document):
        return None
    return Example(row.key, row.question, decode(document.get("answer") or ""))

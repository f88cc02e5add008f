"""Chooses published articles as examples for the prompt."""

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
# Articles with no_index were taken off the site. Articles of an unlisted subject can still be good examples.
_SUITABLE = "fit AND NOT no_index AND words BETWEEN ? AND ?"
_OLDEST_FIRST = "date, lot LIMIT 60"


def candidates(
    connection: sqlite3.Connection, *, subject_slug: str, words: Range, own: bool
) -> list[ArticleRow]:
    """The oldest suitable articles, at most 60.

    Articles of one day come in the order of a hash of their key, so the order does not change when the corpus grows.

    Args:
        words: how many words the answer must have.
        own: whether of this subject; otherwise of all other subjects.
    """
    sql = (
        f"SELECT {ROW_COLUMNS} FROM article WHERE subject_slug {'=' if own else '<>'} ? AND {_SUITABLE}"
        f" ORDER BY {_OLDEST_FIRST}"
    )
    return [
        ArticleRow.from_values(row) for row in connection.execute(sql, (subject_slug, words.min, words.max))
    ]


def choose(
    rows: Iterable[ArticleRow], content_dir: Path, is_good: Callable[[Document], bool]
) -> tuple[Example, ...]:
    """The first two articles with good answers; fewer if there are fewer."""
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

"""Resolves the names that people give articles: an address, a file path, ``subject/slug``, or a slug alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from generator.errors import UsageError
from generator.store.output_folder import REWRITES, slug_of_rewrite_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.config import Settings
    from generator.store.corpus.index import CorpusIndex
    from generator.store.corpus.rows import ArticleRow


class RowWithKey(Protocol):
    """A row about an article. ``key`` is ``subject/slug``, or None if the article has no address yet."""

    @property
    def key(self) -> Any: ...


Row = TypeVar("Row", bound=RowWithKey)


def plain_name(name: str, settings: Settings) -> str:
    """The name in the form that stores look up: ``subject/slug``, or the slug alone.

    A path with more parts is shortened to ``subject/slug`` only if it is in the content folder or the output folder.
    Any other long path is returned unchanged and matches nothing.
    """
    name = name.strip()
    key = settings.site.key_of_address(name)
    if key is not None:
        return str(key)
    parts = [part for part in name.removesuffix(".md").split("/") if part]
    if len(parts) > 2 or Path(name).is_absolute():
        if parts[-3:-2] == [REWRITES]:
            parts[-1] = slug_of_rewrite_file(parts[-1])
        return "/".join(parts[-2:]) if _is_in_our_folders(Path(name), settings) else name
    return "/".join(parts)


def _is_in_our_folders(file: Path, settings: Settings) -> bool:
    try:
        resolved = file.resolve()
    except (OSError, RuntimeError):
        return False
    return any(
        resolved.is_relative_to(folder.resolve()) for folder in (settings.content_dir, settings.output_dir)
    )


def find_published(index: CorpusIndex, name: str, settings: Settings) -> list[ArticleRow]:
    """The published articles with this name. There are several if several subjects have the slug."""
    plain = plain_name(name, settings)
    if "/" not in plain:
        return index.find_slug(plain)
    row = index.get(plain)
    return [] if row is None else [row]


def single_match(rows: Sequence[Row], name: str, noun: str) -> Row | None:
    """The only row that was found for a name, or None if none was found.

    Args:
        noun: what the rows are, in the plural, for the message: ``drafts``.

    Raises:
        UsageError: several rows were found.
    """
    keys = list(dict.fromkeys(row.key or "one without an address" for row in rows))
    if len(rows) > 1:
        raise UsageError(f"several {noun} are named {name!r}: {', '.join(keys)}")
    return rows[0] if rows else None

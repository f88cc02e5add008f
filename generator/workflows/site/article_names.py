"""What people call an article: its address, the path of its file, ``subject/slug``, or a slug alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.config import Settings
    from generator.store.corpus.index import CorpusIndex
    from generator.store.corpus.rows import ArticleRow


class RowWithKey(Protocol):
    """A row about an article; ``key`` is ``subject/slug``, None where it has no address yet."""

    @property
    def key(self) -> Any: ...


Row = TypeVar("Row", bound=RowWithKey)


def plain_name(name: str, settings: Settings) -> str:
    """A name as stores look it up: ``subject/slug``, or a slug where only that is given.

    A longer path is a name where it leads into the content folder or the output folder; elsewhere it names nothing.
    """
    name = name.strip()
    key = settings.site.key_of_address(name)
    if key is not None:
        return str(key)
    parts = [part for part in name.removesuffix(".md").split("/") if part]
    if len(parts) > 2 or Path(name).is_absolute():
        return "/".join(parts[-2:]) if _is_ours(Path(name), settings) else name
    return "/".join(parts)


def _is_ours(file: Path, settings: Settings) -> bool:
    try:
        place = file.resolve()
    except (OSError, RuntimeError):
        return False
    return any(
        place.is_relative_to(folder.resolve()) for folder in (settings.content_dir, settings.output_dir)
    )


def find_published(index: CorpusIndex, name: str, settings: Settings) -> list[ArticleRow]:
    """The published articles of this name: several where a slug is in several subjects."""
    plain = plain_name(name, settings)
    if "/" not in plain:
        return index.find_slug(plain)
    row = index.get(plain)
    return [] if row is None else [row]


def single_match(rows: Sequence[Row], name: str, noun: str) -> Row | None:
    """The one row that a name gave; None where it gave none.

    Args:
        noun: what the rows are, in the plural, such as ``drafts``.

    Raises:
        UsageError: rows of several articles have this name.
    """
    keys = list(dict.fromkeys(row.key or "one without an address" for row in rows))
    if len(rows) > 1:
        raise UsageError(f"several {noun} are named {name!r}: {', '.join(keys)}")
    return rows[0] if rows else None

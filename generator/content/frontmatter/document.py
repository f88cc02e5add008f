"""The document: an article file as it was read, with its text, its values and the place of each value."""

import datetime
import math
import re
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple, overload

from pydantic import ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode

from generator.content.article import Article, RelatedArticle, Seo
from generator.content.dates import parse_date
from generator.content.frontmatter import spans
from generator.errors import FrontMatterError

RELATED = re.compile(r"related_article([1-9][0-9]*)")

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on", "y"})
_FALSE = frozenset({"false", "no", "off", "n"})
_ID = re.compile(r"0|-?[1-9][0-9]{0,17}")  # no leading 0: some YAML readers would read an octal number
_FLOAT = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


class Entry(NamedTuple):
    """A key and its value; for an item of a sequence, both are the item."""

    key: Node
    value: Node


class Related(NamedTuple):
    """One ``related_articleN`` as the file has it; a missing part is empty."""

    number: int
    id: str
    title: str
    subject: str
    url: str

    def article(self) -> RelatedArticle:
        """The link as typed values; only for a link that :meth:`Document.is_whole`."""
        return RelatedArticle(id=int(self.id), title=self.title, subject=self.subject, url=self.url)


def is_null(node: Node) -> bool:
    """Whether a value is empty, ``~`` or ``null``."""
    return isinstance(node, ScalarNode) and not node.style and node.value in _NULL


def boolean(text: str) -> bool | None:
    """The truth value of a YAML 1.1 or 1.2 spelling; None for any other text."""
    lowered = text.lower()
    if lowered in _TRUE:
        return True
    return False if lowered in _FALSE else None


def decimal_number(text: str) -> float | None:
    """The finite decimal number that a text spells; None for any other text."""
    value = float(text) if _FLOAT.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


class Document:
    """An article file, as :func:`read` returns it.

    Paths are dotted: ``seo.page_description``, ``related_article2.url``. Values are texts as in the YAML, without
    types: ``score`` is ``"-1.0"``, ``no_index`` is ``"True"``.

    Attributes:
        text: the file as read, including a byte-order mark.
        root: the front matter as a node.
        entries: key and value node of every path, including mappings and sequences (``tags.0``).
        offset: the difference between an offset into ``text`` and a node's mark.
        closing: the offset of the closing fence in ``text``.
    """

    __slots__ = ("__dict__", "closing", "entries", "offset", "root", "text")

    def __init__(
        self, text: str, root: MappingNode, entries: Mapping[str, Entry], offset: int, closing: int
    ) -> None:
        self.text = text
        self.root = root
        self.entries = entries
        self.offset = offset
        self.closing = closing

    @cached_property
    def values(self) -> dict[str, str]:
        """Every scalar by its path, in the file's order, including unknown fields."""
        return {
            path: entry.value.value
            for path, entry in self.entries.items()
            if isinstance(entry.value, ScalarNode)
        }

    @property
    def keys(self) -> list[str]:
        """The top-level keys in the file's order."""
        return [key.value for key, _ in self.root.value]

    @property
    def body(self) -> str:
        """The text after the line of the closing fence."""
        return self.text[spans.next_line(self.text, self.closing) :]

    @cached_property
    def related(self) -> list[Related]:
        """The related articles in the order of their numbers, which may have gaps."""
        return [self._link(number) for number in self._related_numbers()]

    @property
    def related_urls(self) -> list[str]:
        """The addresses of the related articles, in the file's order."""
        return [
            entry.value.value
            for path, entry in self.entries.items()
            if path.endswith(".url") and isinstance(entry.value, ScalarNode) and RELATED.fullmatch(path[:-4])
        ]

    @property
    def is_hidden(self) -> bool:
        """Whether ``no_index`` is true, which excludes the page from lists and search."""
        return bool(boolean((self.get("no_index") or "").strip()))

    @property
    def article_id(self) -> int | None:
        """The article's id; None where it is missing or not a plain whole number."""
        text = self.get("id", "")
        return int(text) if _ID.fullmatch(text) else None

    @property
    def has_whole_links(self) -> bool:
        """Whether all related articles are whole, so that they can be written again as a group."""
        return all(map(self.is_whole, self.related))

    def is_whole(self, link: Related) -> bool:
        """Whether a related article can be written again without loss: it has only its four fields, and a plain id."""
        if not (link.title and link.subject and link.url and _ID.fullmatch(link.id)):
            return False
        # All four fields exist, so any other field would be a fifth.
        return len(self.entries[f"related_article{link.number}"].value.value) == len(Related._fields) - 1

    def _related_numbers(self) -> list[int]:
        return sorted(
            int(match[1])
            for key, value in self.root.value
            if not isinstance(value, ScalarNode) and (match := RELATED.fullmatch(key.value))
        )

    @overload
    def get(self, path: str) -> str | None: ...

    @overload
    def get(self, path: str, default: str) -> str: ...

    def get(self, path: str, default: str | None = None) -> str | None:
        """The scalar at a path, as the file has it; the default where the path has no scalar."""
        entry = self.entries.get(path)
        return entry.value.value if entry is not None and isinstance(entry.value, ScalarNode) else default

    def line(self, path: str) -> int:
        """The line of a path's key, counted from 1. Raises KeyError."""
        return self._line_of(self.entries[path].key)

    def span(self, node: Node) -> tuple[int, int]:
        """Start and end of a node as offsets into ``text``."""
        return node.start_mark.index + self.offset, node.end_mark.index + self.offset

    def article(self) -> Article:
        """The file as an article with typed values, without unknown keys.

        Raises:
            FrontMatterError: a field is missing or has the wrong type.
        """
        try:
            return Article(
                id=self._integer("id"),
                date=self._date("date"),
                title=self._text("title"),
                seo=Seo(
                    title=self._text("seo.title"),
                    page_description=self._text("seo.page_description"),
                    page_keywords=self._text("seo.page_keywords"),
                ),
                question=self._text("question"),
                answer=self._text("answer"),
                subject=self._text("subject"),
                file_name=self._text("file_name"),
                url=self._text("url"),
                no_index=self._boolean("no_index"),
                score=self._float("score"),
                related=tuple(self._related(number) for number in self._related_numbers()),
                author=self._text("author"),
                body=self.body.strip(),
            )
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise FrontMatterError(f"{name}: {first['msg']}") from error

    def _link(self, number: int) -> Related:
        name = f"related_article{number}"
        return Related(
            number,
            id=self.get(f"{name}.id", ""),
            title=self.get(f"{name}.title", ""),
            subject=self.get(f"{name}.subject", ""),
            url=self.get(f"{name}.url", ""),
        )

    def _related(self, number: int) -> RelatedArticle:
        name = f"related_article{number}"
        return RelatedArticle(
            id=self._integer(f"{name}.id"),
            title=self._text(f"{name}.title"),
            subject=self._text(f"{name}.subject"),
            url=self._text(f"{name}.url"),
        )

    def _text(self, path: str) -> str:
        text = self._optional(path)
        if text is None:
            entry = self.entries.get(path)
            reason = "is missing" if entry is None else "has no value"
            raise FrontMatterError(f"{path} {reason}", line=1 if entry is None else self._line_of(entry.key))
        return text

    def _optional(self, path: str) -> str | None:
        entry = self.entries.get(path)
        if entry is None:
            return None
        if not isinstance(entry.value, ScalarNode):
            raise FrontMatterError(f"{path} must be a text, not a group", line=self.line(path))
        return None if is_null(entry.value) else str(entry.value.value)

    def _integer(self, path: str) -> int:
        text = self._text(path)
        if not _ID.fullmatch(text):
            raise FrontMatterError(f"{path} must be a whole number, not {text[:40]!r}", line=self.line(path))
        return int(text)

    def _float(self, path: str) -> float | None:
        text = self._optional(path)
        if text is None:
            return None
        value = decimal_number(text)
        if value is None:
            raise FrontMatterError(f"{path} must be a number, not {text[:40]!r}", line=self.line(path))
        return value

    def _date(self, path: str) -> datetime.date:
        text = self._text(path)
        date = parse_date(text)
        if date is None:
            raise FrontMatterError(
                f"{path} must be a date such as 2026-01-31, not {text[:40]!r}", line=self.line(path)
            )
        return date

    def _boolean(self, path: str) -> bool:
        text = self._optional(path)
        truth = False if text is None else boolean(text)
        if truth is None:
            raise FrontMatterError(f"{path} must be True or False, not {text!r:.40}", line=self.line(path))
        return truth

    def _line_of(self, node: Node) -> int:
        return self.text.count("\n", 0, node.start_mark.index + self.offset) + 1

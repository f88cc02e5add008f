"""The plan of a publication: the articles to write, and the drafts that cannot be published."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.errors import GeneratorError

if TYPE_CHECKING:
    from generator.content.evidence.release import Release
    from generator.store.ledger.drafts.rows import DraftRow


class PublishRefused(GeneratorError):
    """A draft that cannot be published as it is."""


@dataclass(frozen=True, slots=True)
class PlannedArticle:
    """A draft to publish, with the bytes of its file.

    Args:
        path: of the file below the content folder.
        date: of the article, as the file has it.
        replaces: the SHA-256 of the file that it replaces; None for a new article.
        release: how it was released.
        changes: the values that publishing assigns: old and new value by field.
    """

    row: DraftRow
    path: str
    data: bytes
    article_id: int
    date: str
    replaces: str | None
    release: Release
    changes: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A draft that was not published, and why."""

    key: str
    reason: str


@dataclass
class PublicationPlan:
    """The articles to write, the drafts that are published already, and the drafts that cannot be published."""

    articles: list[PlannedArticle] = field(default_factory=list)
    already_published: list[DraftRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

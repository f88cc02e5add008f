"""What a reviewer sees of a rewrite besides the draft: the published page, what was asked, and what changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content.drafts.revision import FieldChange, draft_of, field_changes
from generator.content.drafts.rewrite import is_published_rewrite
from generator.content.frontmatter import read
from generator.content.markdown.answer import decode
from generator.errors import StorageError
from generator.store.files import read_article, sha256
from generator.store.ledger.drafts.rewritten_page import rewritten_page_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from generator.content.frontmatter import Document
    from generator.store.ledger.drafts.rewritten_page import RewrittenPage
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.runs.jobs import Job


@dataclass(frozen=True, slots=True)
class RewriteView:
    """The published page of a rewrite.

    Args:
        answer: the published answer, as Markdown with real line breaks.
        changes: the fields in which the rewrite differs from the page; empty where it has no text that can be read.
        is_outdated: whether the page was changed since, so that the rewrite cannot be published; False where the page
            has the text of the rewrite already, as after the merge of a branch.
    """

    page: RewrittenPage
    answer: str
    changes: tuple[FieldChange, ...]
    is_outdated: bool


def rewrite_view(
    row: DraftRow, job: Job, document: Document | None, content_dir: Path, assigned: Collection[str] = ()
) -> RewriteView | None:
    """The published page of a draft, as it was when it was rewritten; None for a draft of a new article.

    Args:
        job: that of the draft.
        document: the present text of the draft; None where it has none.
        assigned: the field of a disclosure, which publishing assigns.
    """
    page = rewritten_page_of(job)
    if page is None:
        return None
    published = read(page.text)
    return RewriteView(
        page=page,
        answer=decode(published.get("answer", "")),
        changes=() if document is None else _changes(published, document),
        is_outdated=row.state not in ("publishing", "published")
        and not _is_publishable(content_dir, page, document, assigned),
    )


def _changes(published: Document, document: Document) -> tuple[FieldChange, ...]:
    """The changes by field; of the answer as a whole where only one of the two has numbered points."""
    old, new = draft_of(published), draft_of(document)
    changes = field_changes(published, new)
    if bool(old.points) == bool(new.points):
        return changes
    answers = FieldChange("answer", decode(published.get("answer", "")), decode(document.get("answer", "")))
    return (answers, *(change for change in changes if change.field.startswith("page_")))


def _is_publishable(
    content_dir: Path, page: RewrittenPage, document: Document | None, assigned: Collection[str]
) -> bool:
    """Whether the page is the one that was rewritten, or has the text of the rewrite already."""
    try:
        data = read_article(content_dir / page.path)
    except StorageError:
        return False
    if data is None:
        return False
    if sha256(data) == page.basis:
        return True
    return document is not None and is_published_rewrite(document, data, assigned)

"""The pages that are examined after they were written: drafts as they are now, and published files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.content.claims.claim import texts_of
from generator.content.claims.compare import SourcePassage
from generator.content.drafts.revision import draft_of
from generator.content.frontmatter import read
from generator.errors import FrontMatterError
from generator.store.ledger.pages import draft_page, file_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.runs.jobs import Job


@dataclass(frozen=True, slots=True)
class Page:
    """A text that is examined.

    Args:
        page: its name in the ledger.
        name: its name for a person.
        texts: Markdown by field.
        passages: what its writer was given.
        row: the draft; None for a published file, and while a draft is being written.
        data: the bytes of its file; None while a draft is being written.
    """

    page: str
    name: str
    question: str
    subject: str | None
    texts: Mapping[str, str]
    passages: tuple[SourcePassage, ...] = ()
    row: DraftRow | None = None
    data: bytes | None = None


def page_of_job(job: Job, texts: Mapping[str, str]) -> Page:
    """The page of a draft that is being written."""
    passages = passages_of(job.context.get("passages", ()), offline=job.backend == "offline")
    return Page(draft_page(job.id), job.key or job.question, job.question, job.subject, texts, passages)


def page_of_draft(row: DraftRow, data: bytes | None, job: Job) -> Page | None:
    """The page of a draft; None where it has no text that can be read.

    Args:
        data: the bytes of its current version.
        job: the job of the draft.
    """
    texts = texts_of_file(data)
    if texts is None:
        return None
    passages = passages_of(job.context.get("passages", ()), offline=row.offline)
    return Page(draft_page(row.job), row.name, row.question, row.subject, texts, passages, row, data)


def page_of_file(path: str, data: bytes) -> Page | None:
    """The page of a published file; None where it cannot be read.

    Args:
        path: below the content folder.
    """
    try:
        document = read(data)
    except FrontMatterError:
        return None
    texts = texts_of(draft_of(document))
    question, subject = document.get("question", ""), document.get("subject", "")
    return Page(file_page(path), path, question, subject, texts, data=data)


def texts_of_file(data: bytes | None) -> dict[str, str] | None:
    """The texts of an article file in which claims are found; None where it cannot be read."""
    try:
        return None if data is None else texts_of(draft_of(read(data)))
    except FrontMatterError:
        return None


def passages_of(parts: Iterable[Mapping[str, Any]], *, offline: bool) -> tuple[SourcePassage, ...]:
    """The passages that count for a draft.

    Sources prove. Published articles prove nothing; the offline writer's sentences were taken from them, so they are
    kept for its drafts alone, to show where each sentence is from.
    """
    return tuple(
        SourcePassage(part["id"], part["title"], part["text"], proves=part["kind"] == "source")
        for part in parts
        if offline or part["kind"] == "source"
    )

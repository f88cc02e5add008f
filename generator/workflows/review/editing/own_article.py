"""Lets a person write the article of a question for which the model gave none: composed and checked like any draft."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from generator.content.article import RelatedArticle
from generator.content.drafts.composition import article_of, clean_draft
from generator.content.frontmatter import render
from generator.errors import SlugError
from generator.workflows.draft_files.checker import EDIT, DraftFileChecker
from generator.workflows.draft_files.versions import VersionOrigin, save_version
from generator.workflows.review.editing.editor import EditorServices, EditRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.content.drafts.draft import Draft
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.workflows.draft_files.checker import CheckedFile


class OwnArticles:
    """Saves articles that people write for the drafts of one ledger that have no text."""

    def __init__(self, services: EditorServices) -> None:
        self._services = services
        self._checker = DraftFileChecker(services)

    @staticmethod
    def may_write(row: DraftRow) -> bool:
        """Whether a draft waits for an article that a person can write."""
        return row.sha is None and row.replaces is None and row.state in ("refused", "failed", "needs_fix")

    def prepared(self, row: DraftRow, draft: Draft) -> Callable[[], CheckedFile]:
        """The article file of a text, as a function that checks it; it uses no store, so any thread may call it.

        Args:
            row: the draft as the person saw it.
            draft: the text; its subject counts where the question has none.

        Raises:
            EditRefused: the draft has a text already, or no article can be made of this one.
        """
        if not self.may_write(row):
            raise EditRefused("this question does not wait for an article")
        return self._checker.prepared(row, self._file(row, draft))

    def save(self, row: DraftRow, checked: CheckedFile, *, who: str) -> DraftRow:
        """Save a checked article as the first version of the draft. It is not queued to be drafted again any more.

        Raises:
            EditRefused: another article has the question and the subject.
            StaleDraft: the draft changed since ``row`` was read.
            StorageError: the output folder cannot be written.
        """
        conflict = self._checker.address_conflict(row, checked)
        if conflict is not None:
            raise EditRefused(conflict)
        after = save_version(self._services, row, checked, VersionOrigin(who, EDIT, offline=False))
        with self._services.drafts.transaction():
            self._services.ledger.redrafts.withdraw(row.id)
        return after

    def _file(self, row: DraftRow, draft: Draft) -> bytes:
        cleaned = clean_draft(draft)
        if not cleaned.has_answer:
            raise EditRefused("there is no text yet")
        job = self._services.ledger.jobs.get(row.job)
        name = job.subject or row.subject or draft.subject or ""
        subject = self._services.subjects.resolve(name)
        if not name or (self._services.subjects.names and subject is None):
            raise EditRefused(f"{name!r} is not one of the subjects in config.yaml", field="subject")
        if job.article_id is None or job.date is None:
            raise EditRefused("this draft is not of a question list")
        try:
            article = article_of(
                cleaned,
                site=self._services.settings.site,
                question=row.question,
                subject=subject.name if subject else name,
                id=job.article_id,
                date=datetime.date.fromisoformat(job.date),
                related=[RelatedArticle(**item) for item in job.context.get("related", ())],
            )
            return render(article).encode()
        except (SlugError, ValueError) as error:
            raise EditRefused(str(error)) from error

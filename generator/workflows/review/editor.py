"""Changes the fields of drafts as a person asks, in the review page: checked first, saved as a new version.

Promises: what somebody else wrote meanwhile is never overwritten; a changed question or subject moves address and file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from generator.content.composition import clean_description
from generator.content.dates import parse_date
from generator.content.display import in_words
from generator.content.frontmatter import patch, read
from generator.content.keywords import clean_keywords, join_keywords
from generator.content.markdown.answer import encode, site_safe
from generator.content.slugs import key_of
from generator.content.states import EDITABLE
from generator.content.text import clean, one_line
from generator.errors import FrontMatterError, GeneratorError, PatchError, SlugError
from generator.store.files import sha256
from generator.workflows.draft_files.checker import EDIT, DraftFileChecker
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.draft_files.versions import VersionOrigin, save_version
from generator.workflows.ports import HasCorpus, HasDraftFiles, HasDrafts, HasLedger, HasSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.content.findings import Finding
    from generator.content.frontmatter import Change, Document
    from generator.store.ledger.drafts import DraftRow
    from generator.workflows.draft_files.checker import CheckedFile

FIELDS = ("question", "subject", "answer", "description", "keywords", "date", "no_index")
"""What a person may change; the rest of an article file follows from it."""


class EditRefused(GeneratorError):
    """An edit that cannot be saved; nothing was changed. ``field`` names what is wrong, empty for the whole."""

    def __init__(self, reason: str, *, field: str = "") -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason = reason
        self.field = field


class EditorServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasCorpus, Protocol):
    """What editing drafts takes."""


class DraftEditor:
    """Edits the drafts of one ledger."""

    def __init__(self, services: EditorServices) -> None:
        self._services = services
        self._site = services.settings.site
        self._drafts = services.drafts
        self._subjects = services.subjects
        self._checker = DraftFileChecker(services)
        self._importer = EditImporter(services)

    def preview(self, row: DraftRow, changes: Mapping[str, str | bool]) -> CheckedFile:
        """What the draft would be with these fields changed; nothing is saved.

        Args:
            row: the draft as the person saw it.
            changes: new values by name (:data:`FIELDS`): the answer as Markdown with real line breaks, keywords
                separated by commas, the date as ``2026-01-31``, ``no_index`` as a bool.

        Raises:
            EditRefused: a value that no article file can hold, or a draft without text.
        """
        return self._checker.check(row, self._changed(row, changes))

    def save_fields(
        self,
        row: DraftRow,
        changes: Mapping[str, str | bool],
        *,
        who: str,
        origin: str = EDIT,
        made_by: int | None = None,
        offline: bool = False,
        reply_findings: Sequence[Finding] = (),
    ) -> DraftRow:
        """Change fields of a draft. ``row`` as the person saw it, ``changes`` as in :meth:`preview`.

        Args:
            origin, made_by: "revise" and the job, where the new texts are a model's.
            offline: whether that is the offline model; what it wrote stays marked.
            reply_findings: findings on the reply that the new texts come from, which only the reply could show.

        Raises:
            EditRefused: the values cannot be saved, or question and subject are another article's.
            StaleDraft: the draft or its file changed since ``row`` was read.
            StorageError: the output folder cannot be read or written.
        """
        if row.state not in EDITABLE or row.sha is None:
            raise EditRefused(f"a draft that is {in_words(row.state)} cannot be edited")
        self._importer.require_unchanged(row)
        data = self._changed(row, changes)
        if sha256(data) == row.sha:
            return row
        checked = self._checker.check(row, data)
        conflict = self._checker.address_conflict(row, checked)
        if conflict is not None:
            raise EditRefused(conflict, field="question")
        checked = replace(checked, findings=(*checked.findings, *reply_findings))
        return save_version(
            self._services, row, checked, VersionOrigin(who, origin, row.offline or offline, made_by)
        )

    def _changed(self, row: DraftRow, changes: Mapping[str, str | bool]) -> bytes:
        data = self._drafts.data(row)
        if data is None:
            raise EditRefused("there is no text to edit")
        try:
            document = read(data)
            return patch(document.text, self._patches(document, changes)).encode()
        except (FrontMatterError, PatchError) as error:
            raise EditRefused(str(error)) from error

    def _patches(self, document: Document, changes: Mapping[str, str | bool]) -> dict[str, Change]:
        """The fields of the file behind the names a person knows them by."""
        unknown = sorted(set(changes) - set(FIELDS))
        if unknown:
            raise EditRefused(f"there is no field {', '.join(unknown)}; there are {', '.join(FIELDS)}")
        texts = {name: value for name, value in changes.items() if isinstance(value, str)}
        patches: dict[str, Change] = {}
        if "question" in texts or "subject" in texts:
            patches |= self._moved_fields(document, texts)
        if "answer" in texts:
            try:
                patches["answer"] = encode(site_safe(clean(texts["answer"])).strip())
            except ValueError as error:
                raise EditRefused(str(error), field="answer") from error
        if "description" in texts:
            patches["seo.page_description"] = clean_description(texts["description"])
        if "keywords" in texts:
            patches["seo.page_keywords"] = join_keywords(clean_keywords([texts["keywords"]]))
        if "date" in texts:
            patches["date"] = _date(texts["date"])
        if "no_index" in changes:
            patches["no_index"] = True if changes["no_index"] is True else None
        return patches

    def _moved_fields(self, document: Document, texts: Mapping[str, str]) -> dict[str, Change]:
        question = one_line(texts.get("question", document.get("question", "")))
        subject = one_line(texts.get("subject", document.get("subject", "")))
        known = self._subjects.resolve(subject)
        subject = known.name if known else subject
        if self._subjects.names and known is None:
            raise EditRefused(f"{subject!r} is none of the subjects in config.yaml", field="subject")
        try:
            key = key_of(subject, question)
        except SlugError as error:
            raise EditRefused(
                error.reason, field="question" if error.text == question else "subject"
            ) from error
        return {
            "title": question,
            "article_title": question,
            "question": question,
            "subject": subject,
            "seo.title": self._site.seo_title_of(subject),
            "file_name": f"{key.slug}.md",
            "url": self._site.address_of(key),
        }


def _date(text: str) -> str:
    date = parse_date(text.strip())
    if date is None:
        raise EditRefused(f"{text!r} is no date of the form 2026-01-31", field="date")
    return date.isoformat()
